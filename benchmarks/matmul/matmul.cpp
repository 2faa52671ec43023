#include "benchmarks/matmul/matmul.hpp"

#include <cblas.h>
#include <fmt/format.h>

#include <cstdint>
#include <cstring>
#include <memory>
#include <random>
#include <vector>

#include "benchmarks/buffer.hpp"
#include "benchmarks/matmul/blocked.hpp"
#include "core/clock.hpp"
#include "core/error.hpp"

namespace assay::benchmarks {

namespace {

constexpr int magnitude = 63;       // 6 bits: products 12, sums of 1024 of them 22 of float's 24
constexpr float scale = 1.0F / 64;  // a power of two: exact
constexpr std::size_t largest_exact = 1024;

/// The operands, the expected product, and the room for a result.
class Problem {
 public:
  explicit Problem(std::size_t n) : n_{n}, a_{bytes()}, b_{bytes()}, c_{bytes()}, expected_(n * n) {
    std::vector<std::int32_t> left(n * n);
    std::vector<std::int32_t> right(n * n);
    std::mt19937 random{1};
    std::uniform_int_distribution<std::int32_t> numbers{-magnitude, magnitude};
    for (std::size_t i = 0; i < n * n; ++i) {
      left[i] = numbers(random);
      right[i] = numbers(random);
      a_.as<float>()[i] = static_cast<float>(left[i]) * scale;
      b_.as<float>()[i] = static_cast<float>(right[i]) * scale;
    }
    std::vector<std::int32_t> row(n);
    for (std::size_t i = 0; i < n; ++i) {
      std::fill(row.begin(), row.end(), 0);
      for (std::size_t k = 0; k < n; ++k)
        for (std::size_t j = 0; j < n; ++j) row[j] += left[i * n + k] * right[k * n + j];
      for (std::size_t j = 0; j < n; ++j)
        expected_[i * n + j] = static_cast<float>(row[j]) * scale * scale;
    }
  }

  [[nodiscard]] const float* a() const { return a_.as<float>(); }
  [[nodiscard]] const float* b() const { return b_.as<float>(); }
  [[nodiscard]] float* c() const { return c_.as<float>(); }

  /// Leaves nothing of the last result that could pass for the next one.
  void spoil() const {
    constexpr int never_a_product = 0xFF;  // NaN
    std::memset(c_.data(), never_a_product, bytes());
  }
  [[nodiscard]] std::uint64_t wrong() const {
    if (std::memcmp(c(), expected_.data(), bytes()) == 0) return 0;
    std::uint64_t count = 0;
    for (std::size_t i = 0; i < expected_.size(); ++i)
      if (!(c()[i] == expected_[i])) ++count;
    return count;
  }

 private:
  [[nodiscard]] std::size_t bytes() const { return n_ * n_ * sizeof(float); }

  std::size_t n_;
  Buffer a_;
  Buffer b_;
  Buffer c_;
  std::vector<float> expected_;
};

DeviceKernel make_kernel(const std::shared_ptr<Problem>& problem, std::size_t n,
                         std::string_view implementation, std::function<void()> run) {
  DeviceKernel kernel;
  kernel.description.benchmark = "matmul";
  kernel.description.implementation = implementation;
  kernel.description.dtype = "float32";
  kernel.description.size_bytes = n * n * sizeof(float);
  kernel.flop = 2.0 * static_cast<double>(n) * static_cast<double>(n) * static_cast<double>(n);
  kernel.run = std::move(run);
  kernel.prepare = [problem] { problem->spoil(); };
  kernel.check = [problem] { return problem->wrong(); };
  return kernel;
}

std::function<void()> slowed(std::function<void()> run, double slowdown) {
  if (slowdown <= 0) return run;
  return [run = std::move(run), slowdown] {
    const Seconds begin = steady_now();
    run();
    spin_for((steady_now() - begin) * (slowdown / (1.0 - slowdown)));
  };
}

}  // namespace

DeviceKernels make_matmul_kernels(std::size_t n, double slowdown, bool corrupt) {
  if (n == 0 || n % matmul::block_multiple != 0 || n > largest_exact)
    throw UsageError{fmt::format("matmul of {} rows; it must be a multiple of {} up to {}", n,
                                 matmul::block_multiple, largest_exact)};
  // One processor a rank; more threads would measure the other ranks.
  openblas_set_num_threads(1);
  const auto problem = std::make_shared<Problem>(n);
  const auto spoil_one = [problem, corrupt] {
    if (corrupt) problem->c()[1] += 1.0F;
  };
  DeviceKernels kernels;
  kernels.push_back(make_kernel(problem, n, "assay",
                                slowed(
                                    [problem, n, spoil_one, multiply = matmul::best_multiply()] {
                                      multiply(problem->a(), problem->b(), problem->c(), n);
                                      spoil_one();
                                    },
                                    slowdown)));
  kernels.push_back(make_kernel(problem, n, "openblas",
                                slowed(
                                    [problem, size = static_cast<int>(n), spoil_one] {
                                      cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, size,
                                                  size, size, 1.0F, problem->a(), size,
                                                  problem->b(), size, 0.0F, problem->c(), size);
                                      spoil_one();
                                    },
                                    slowdown)));
  return kernels;
}

}  // namespace assay::benchmarks
