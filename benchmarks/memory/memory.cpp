#include "benchmarks/memory/memory.hpp"

#include <algorithm>
#include <bit>
#include <memory>
#include <span>

#include "benchmarks/buffer.hpp"
#include "benchmarks/memory/period.hpp"
#include "topology/host.hpp"

namespace assay::benchmarks {

namespace {

constexpr double factor = 3.0;

/// Three arrays of small integers, so that all results are exact, and known by themselves: what is
/// wrong in an operand is wrong in the result.
class Arrays {
 public:
  explicit Arrays(Bytes array)
      : count_{array.value / sizeof(double)}, a_{array.value}, b_{array.value}, c_{array.value} {
    fill(of(a_), a_values_);
    fill(of(b_), b_values_);
    fill(of(c_), period_of_multiples(13));
  }
  [[nodiscard]] double* a() const { return a_.as<double>(); }
  [[nodiscard]] double* b() const { return b_.as<double>(); }
  [[nodiscard]] double* c() const { return c_.as<double>(); }
  [[nodiscard]] std::size_t count() const { return count_; }

  /// To be told when b is written: by scale, to 3a.
  void scaled() { b_values_ = sum_of({}, factor, a_values_); }
  [[nodiscard]] std::optional<Mismatch> mismatch_of_b() const {
    return mismatch(of(b_), sum_of({}, factor, a_values_));
  }
  /// Of c, that should be a + `factor_of_b` * b.
  [[nodiscard]] std::optional<Mismatch> mismatch_of_c(double factor_of_b) const {
    return mismatch(of(c_), sum_of(a_values_, factor_of_b, b_values_));
  }

 private:
  [[nodiscard]] std::span<double> of(const Buffer& buffer) const {
    return {buffer.as<double>(), count_};
  }

  std::size_t count_;
  Buffer a_;
  Buffer b_;
  Buffer c_;
  Period a_values_ = period_of_multiples(1);
  Period b_values_ = period_of_multiples(7);
};

DeviceKernel make_kernel(std::string_view name, std::uint64_t bytes, std::function<void()> run,
                         std::function<std::optional<Mismatch>()> check) {
  DeviceKernel kernel;
  kernel.description.benchmark = "memory";
  kernel.description.implementation = "assay";
  kernel.description.algorithm = name;
  kernel.description.dtype = "float64";
  kernel.description.size_bytes = bytes;
  kernel.run = std::move(run);
  kernel.check = std::move(check);
  return kernel;
}

}  // namespace

DeviceKernels make_memory_kernels(Bytes array) {
  const auto arrays = std::make_shared<Arrays>(array);
  const std::uint64_t two_arrays = array.value * 2;
  const std::uint64_t three_arrays = array.value * 3;
  DeviceKernels kernels;
  kernels.push_back(make_kernel(
      "copy", two_arrays,
      [arrays] {
        const double* a = arrays->a();
        double* c = arrays->c();
        for (std::size_t i = 0; i < arrays->count(); ++i) c[i] = a[i];
      },
      [arrays] { return arrays->mismatch_of_c(0); }));
  kernels.push_back(make_kernel(
      "scale", two_arrays,
      [arrays] {
        const double* a = arrays->a();
        double* b = arrays->b();
        for (std::size_t i = 0; i < arrays->count(); ++i) b[i] = factor * a[i];
        arrays->scaled();
      },
      [arrays] { return arrays->mismatch_of_b(); }));
  kernels.push_back(make_kernel(
      "add", three_arrays,
      [arrays] {
        const double* a = arrays->a();
        const double* b = arrays->b();
        double* c = arrays->c();
        for (std::size_t i = 0; i < arrays->count(); ++i) c[i] = a[i] + b[i];
      },
      [arrays] { return arrays->mismatch_of_c(1); }));
  kernels.push_back(make_kernel(
      "triad", three_arrays,
      [arrays] {
        const double* a = arrays->a();
        const double* b = arrays->b();
        double* c = arrays->c();
        for (std::size_t i = 0; i < arrays->count(); ++i) c[i] = a[i] + factor * b[i];
      },
      [arrays] { return arrays->mismatch_of_c(factor); }));
  return kernels;
}

Bytes memory_array_bytes(Bytes last_level, Bytes available, int ranks) {
  constexpr std::uint64_t arrays = 3;
  constexpr std::uint64_t share = 2;
  const Bytes wanted = std::max(last_level * 4, 16_MiB);
  const std::uint64_t fits =
      available.value / (share * arrays * static_cast<std::uint64_t>(std::max(1, ranks)));
  return {std::min(wanted.value, std::max(std::bit_floor(fits), (1_MiB).value))};
}

Bytes memory_array_bytes(const Job& job) {
  return memory_array_bytes(job.host.last_level_cache, topology::available_memory(),
                            job.identity(job.rank()).host_ranks);
}

}  // namespace assay::benchmarks
