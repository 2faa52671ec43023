#include "benchmarks/gpu_matmul/benchmark.hpp"

#include <fmt/format.h>

#include <memory>

#include "benchmarks/device.hpp"
#include "benchmarks/gpu_matmul/along_depth.hpp"
#include "benchmarks/gpu_matmul/cublaslt.hpp"
#include "benchmarks/gpu_matmul/launch.hpp"
#include "benchmarks/gpu_matmul/peak.hpp"
#include "benchmarks/gpu_matmul/problem.hpp"
#include "benchmarks/gpu_sensors.hpp"
#include "benchmarks/gpu_timer.hpp"
#include "collectives/together.hpp"
#include "core/error.hpp"
#include "core/native/cuda.hpp"

namespace assay::benchmarks {

using collectives::device::Placement;
using gpu_matmul::Capability;
using gpu_matmul::Launch;
using gpu_matmul::OperandType;
using gpu_matmul::RowSum;
using native::check_cuda;

namespace {

native::DeviceMemory upload(const void* data, std::size_t bytes) {
  native::DeviceMemory memory = native::allocate_device(bytes);
  check_cuda(cudaMemcpy(memory.get(), data, bytes, cudaMemcpyHostToDevice));
  return memory;
}
native::DeviceMemory upload(const std::vector<std::byte>& image) {
  return upload(image.data(), image.size());
}

/// A problem in the memory of the current GPU, and what its kernels share.
class GpuMatmul {
 public:
  GpuMatmul(const GpuMatmulOptions& options, bool transposes)
      : problem_{options.type, options.shape},
        a_{upload(problem_.a_image(options.layout.a_by_columns))},
        b_{upload(problem_.b_image(options.layout.b_by_columns))},
        c_step_{gpu_matmul::line_elements(options.shape.columns, sizeof(float))},
        c_bytes_{options.shape.rows * static_cast<std::size_t>(c_step_) * sizeof(float)},
        c_{native::allocate_device(c_bytes_)},
        weights_{upload(problem_.weights().data(), problem_.weights().size_bytes())},
        sums_(options.shape.rows),
        device_sums_{native::allocate_device(sums_.size() * sizeof(RowSum))} {
    const auto& [rows, columns, depth] = options.shape;
    const std::size_t bytes = info(options.type).bytes;
    product_ = {static_cast<std::int32_t>(rows),
                static_cast<std::int32_t>(columns),
                static_cast<std::int32_t>(depth),
                gpu_matmul::place(a_.get(), rows, depth, options.layout.a_by_columns, bytes),
                gpu_matmul::place(b_.get(), depth, columns, options.layout.b_by_columns, bytes),
                static_cast<float*>(c_.get()),
                c_step_};
    if (const std::size_t needed = transposed_bytes(options.type, product_);
        transposes && needed > 0)
      transposed_ = native::allocate_device(needed);
  }

  [[nodiscard]] const gpu_matmul::DeviceProduct& product() const { return product_; }
  [[nodiscard]] Launch prepare(const gpu_matmul::Rung& rung) const {
    return gpu_matmul::prepare(rung, problem_.type(), product_, transposed_.get());
  }
  [[nodiscard]] const GpuTimer& timer() const { return timer_; }

  /// Leaves nothing of the last result that could pass for the next one; and little of the operands
  /// in the second-level cache.
  void spoil() const {
    constexpr int never_a_product = 0xFF;  // NaN
    check_cuda(cudaMemsetAsync(c_.get(), never_a_product, c_bytes_, timer_.stream()));
    check_cuda(cudaStreamSynchronize(timer_.stream()));
  }
  [[nodiscard]] std::optional<Mismatch> mismatch() {
    auto* sums = static_cast<RowSum*>(device_sums_.get());
    check_cuda(gpu_matmul::start_row_sums(product_, static_cast<std::uint64_t*>(weights_.get()),
                                          problem_.is_exact(), sums, timer_.stream()));
    check_cuda(cudaMemcpyAsync(sums_.data(), sums, sums_.size() * sizeof(RowSum),
                               cudaMemcpyDeviceToHost, timer_.stream()));
    check_cuda(cudaStreamSynchronize(timer_.stream()));
    const auto wrong = problem_.wrong_rows(sums_);
    if (wrong.empty()) return std::nullopt;
    constexpr std::size_t most_counted = 16;  // rows: each takes columns * depth multiplications
    Mismatch found;
    std::vector<float> row(problem_.shape().columns);
    for (std::size_t i = 0; i < wrong.size() && i < most_counted; ++i) {
      check_cuda(cudaMemcpy(row.data(), product_.c + wrong[i] * static_cast<std::size_t>(c_step_),
                            row.size() * sizeof(float), cudaMemcpyDeviceToHost));
      problem_.count_wrong(wrong[i], row, found);
    }
    if (wrong.size() > most_counted) found.count += wrong.size() - most_counted;
    if (found.count > 0) return found;
    return Mismatch{1, wrong[0] * row.size(), "a row whose sum is right",
                    "one whose elements are, and whose sum is not"};
  }

 private:
  gpu_matmul::Problem problem_;
  native::DeviceMemory a_;
  native::DeviceMemory b_;
  std::int64_t c_step_;
  std::size_t c_bytes_;
  native::DeviceMemory c_;
  native::DeviceMemory weights_;
  std::vector<RowSum> sums_;
  native::DeviceMemory device_sums_;
  native::DeviceMemory transposed_;
  GpuTimer timer_;
  gpu_matmul::DeviceProduct product_;
};

Capability capability_of(int device) {
  Capability capability;
  check_cuda(cudaDeviceGetAttribute(&capability.major, cudaDevAttrComputeCapabilityMajor, device));
  check_cuda(cudaDeviceGetAttribute(&capability.minor, cudaDevAttrComputeCapabilityMinor, device));
  return capability;
}

/// What such operands could be multiplied at in a clock, where that is known.
void add_peak(DeviceKernel& kernel, OperandType type, int device) {
  int multiprocessors = 0;
  check_cuda(cudaDeviceGetAttribute(&multiprocessors, cudaDevAttrMultiProcessorCount, device));
  const auto peak = peak_flop_per_clock(type, capability_of(device), multiprocessors);
  if (peak) kernel.description.report.readings[peak_reading] = *peak;
}

void require_free(Bytes needed, const MatmulShape& shape, const std::string& gpu) {
  std::size_t free = 0;
  std::size_t total = 0;
  check_cuda(cudaMemGetInfo(&free, &total));
  if (free < needed.value)
    throw UsageError{
        fmt::format("a matmul of {} needs {} MiB on GPU {}, and {} MiB are free; ask for a smaller "
                    "--shape",
                    name_of(shape), needed.value >> 20, gpu, free >> 20)};
}

DeviceKernel make_kernel(const std::shared_ptr<GpuMatmul>& matmul, const GpuMatmulOptions& options,
                         const std::string& name, const std::string& device) {
  const bool is_ours = name != gpu_matmul::cublaslt_name;
  DeviceKernel kernel;
  kernel.description.benchmark = "matmul";
  kernel.description.implementation = is_ours ? "assay" : name;
  kernel.description.algorithm = is_ours ? name : "quickest_heuristic";
  kernel.description.memory = "device";
  kernel.description.dtype = info(options.type).name;
  kernel.description.size_bytes = options.shape.rows * options.shape.columns * sizeof(float);
  kernel.description.shape = name_of(options.shape);
  kernel.description.layout = name_of(options.layout);
  kernel.description.operands = operand_distribution(options.type, options.shape);
  kernel.description.device = device;
  kernel.flop = options.shape.flop();
  Launch launch = is_ours ? matmul->prepare(gpu_matmul::find_rung(name))
                          : gpu_matmul::prepare_cublaslt(options.type, matmul->product(),
                                                         options.layout, matmul->timer().stream());
  const int in_a_row = options.in_a_row;
  if (in_a_row > 1) kernel.description.aggregated = in_a_row;
  kernel.run = [matmul, in_a_row, launch = std::move(launch)] {
    matmul->timer().run([&](cudaStream_t stream) {
      cudaError_t status = cudaSuccess;
      for (int i = 0; i < in_a_row && status == cudaSuccess; ++i) status = launch(stream);
      return status;
    });
  };
  kernel.elapsed = [matmul, in_a_row] { return matmul->timer().elapsed() / in_a_row; };
  kernel.prepare = [matmul] { matmul->spoil(); };
  kernel.check = [matmul] { return matmul->mismatch(); };
  return kernel;
}

}  // namespace

GpuMatmulBenchmark::GpuMatmulBenchmark(const Job& job, const Placement& placement,
                                       const GpuMatmulOptions& options)
    : job_{job}, device_{placement.device(placement.first_local())} {
  const int rank = placement.first_local();
  const native::CurrentDevice current{device_};
  collectives::together(job.world, [&] {
    const auto choice = choose_kernels(options.wanted, options.type, options.layout,
                                       capability_of(device_), gpu_matmul::why_no_cublaslt());
    left_out_ = choice.left_out;
    if (choice.kernels.empty()) return;
    require_free(gpu_matmul_device_bytes(options.type, options.shape, options.layout, choice),
                 options.shape, placement.bus(rank));
    const auto matmul = std::make_shared<GpuMatmul>(options, choice.has_fixed_layout());
    for (const std::string& name : choice.kernels) {
      kernels_.push_back(make_kernel(matmul, options, name, placement.device_name(rank)));
      add_peak(kernels_.back(), options.type, device_);
    }
  });
}

std::vector<results::Record> GpuMatmulBenchmark::measure(DeviceOptions device) {
  const native::CurrentDevice current{device_};
  device.all_processors = true;  // the work is the GPUs'
  return measure_devices(job_, kernels_, job_.everyone(), device);
}

void GpuMatmulBenchmark::keep_last() {
  if (kernels_.size() > 1) kernels_.erase(kernels_.begin(), kernels_.end() - 1);
}

GpuMatmulResult measure_gpu_matmul(const Job& job, const Placement& placement,
                                   const GpuMatmulOptions& options) {
  GpuMatmulBenchmark benchmark{job, placement, options};
  DeviceOptions device;
  device.iterations = options.iterations;
  device.confirmation = options.confirmation;
  device.deadline = options.deadline;
  return {benchmark.measure(device), benchmark.left_out()};
}

}  // namespace assay::benchmarks
