#include "benchmarks/matmul/matmul.hpp"

#include <algorithm>
#include <limits>
#include <memory>

#include "benchmarks/matmul/problem.hpp"
#include "benchmarks/matmul/threads.hpp"
#include "core/clock.hpp"
#include "core/native/openblas.hpp"

namespace assay::benchmarks {

namespace {

using SharedProblem = std::shared_ptr<MatmulProblem>;

std::function<void()> own_multiply(const SharedProblem& problem, int threads) {
  const auto multiply = std::make_shared<matmul::ThreadedMultiply>(matmul::best_kernel(), threads);
  return [problem, multiply] {
    const MatmulShape& shape = problem->shape();
    (*multiply)({shape.rows, shape.columns, shape.depth, problem->a(), problem->b(), problem->c(),
                 shape.columns, nullptr});
  };
}

std::function<void()> openblas_multiply(const SharedProblem& problem, int threads) {
  return [problem, threads, &blas = native::OpenBlas::get()] {
    blas.set_num_threads(threads);  // it keeps its threads
    const auto length = [](std::size_t n) { return static_cast<int>(n); };
    const MatmulShape& shape = problem->shape();
    const auto [a_by_columns, b_by_columns] = problem->layout();
    blas.sgemm(CblasRowMajor, a_by_columns ? CblasTrans : CblasNoTrans,
               b_by_columns ? CblasTrans : CblasNoTrans, length(shape.rows), length(shape.columns),
               length(shape.depth), 1.0F, problem->a().data,
               length(a_by_columns ? shape.rows : shape.depth), problem->b().data,
               length(b_by_columns ? shape.depth : shape.columns), 0.0F, problem->c(),
               length(shape.columns));
  };
}

std::function<void()> with_faults(std::function<void()> run, const SharedProblem& problem,
                                  const MatmulOptions& options) {
  if (options.corrupt)
    run = [run = std::move(run), problem] {
      run();
      *problem->c() += 1.0F;
    };
  if (options.slowdown <= 0) return run;
  return [run = std::move(run), slowdown = options.slowdown] {
    const Seconds begin = steady_now();
    run();
    spin_for((steady_now() - begin) * (slowdown / (1.0 - slowdown)));
  };
}

DeviceKernel make_kernel(const SharedProblem& problem, const MatmulOptions& options,
                         std::string_view implementation, std::function<void()> run) {
  DeviceKernel kernel;
  kernel.description.benchmark = "matmul";
  kernel.description.implementation = implementation;
  kernel.description.dtype = "float32";
  kernel.description.size_bytes = options.shape.rows * options.shape.columns * sizeof(float);
  kernel.description.shape = name_of(options.shape);
  kernel.description.layout = name_of(options.layout);
  kernel.description.threads = options.threads;
  kernel.flop = options.shape.flop();
  kernel.run = with_faults(std::move(run), problem, options);
  kernel.prepare = [problem] { problem->spoil(); };
  kernel.check = [problem] { return problem->mismatch(); };
  return kernel;
}

}  // namespace

DeviceKernels make_matmul_kernels(const MatmulOptions& options) {
  const auto problem = std::make_shared<MatmulProblem>(options.shape, options.layout);
  DeviceKernels kernels;
  kernels.push_back(make_kernel(problem, options, "assay", own_multiply(problem, options.threads)));
  kernels.push_back(
      make_kernel(problem, options, "openblas", openblas_multiply(problem, options.threads)));
  return kernels;
}

Bytes matmul_bytes(const MatmulOptions& options) {
  const Bytes scratch{matmul::scratch_floats * sizeof(float) *
                      static_cast<std::uint64_t>(options.threads)};
  const Bytes matrices = matrix_bytes(options.shape);
  constexpr std::uint64_t most = std::numeric_limits<std::uint64_t>::max();
  return {std::min(most - scratch.value, matrices.value) + scratch.value};
}

}  // namespace assay::benchmarks
