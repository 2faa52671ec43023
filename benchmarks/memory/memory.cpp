#include "benchmarks/memory/memory.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <memory>

#include "benchmarks/buffer.hpp"
#include "topology/host.hpp"

namespace assay::benchmarks {

namespace {

constexpr double factor = 3.0;

/// Three arrays of small integers, so that all results are exact.
class Arrays {
 public:
  explicit Arrays(Bytes array)
      : count_{array.value / sizeof(double)}, a_{array.value}, b_{array.value}, c_{array.value} {
    constexpr std::size_t period = 1021;  // prime: no power of two repeats it
    for (std::size_t i = 0; i < count_; ++i) {
      a()[i] = static_cast<double>(i % period);
      b()[i] = static_cast<double>((i * 7) % period);
      c()[i] = static_cast<double>((i * 13) % period);
    }
  }
  [[nodiscard]] double* a() const { return a_.as<double>(); }
  [[nodiscard]] double* b() const { return b_.as<double>(); }
  [[nodiscard]] double* c() const { return c_.as<double>(); }
  [[nodiscard]] std::size_t count() const { return count_; }

  template <class Expected>
  [[nodiscard]] std::optional<Mismatch> mismatch(const double* found, Expected expected) const {
    Mismatch wrong;
    for (std::size_t i = 0; i < count_; ++i) wrong.count += found[i] == expected(i) ? 0 : 1;
    if (wrong.count == 0) return std::nullopt;
    while (found[wrong.offset] == expected(wrong.offset)) ++wrong.offset;
    wrong.expected = fmt::format("{:.17g}", expected(wrong.offset));
    wrong.found = fmt::format("{:.17g}", found[wrong.offset]);
    return wrong;
  }

 private:
  std::size_t count_;
  Buffer a_;
  Buffer b_;
  Buffer c_;
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
      [arrays] {
        return arrays->mismatch(arrays->c(), [&](std::size_t i) { return arrays->a()[i]; });
      }));
  kernels.push_back(make_kernel(
      "scale", two_arrays,
      [arrays] {
        const double* a = arrays->a();
        double* b = arrays->b();
        for (std::size_t i = 0; i < arrays->count(); ++i) b[i] = factor * a[i];
      },
      [arrays] {
        return arrays->mismatch(arrays->b(),
                                [&](std::size_t i) { return factor * arrays->a()[i]; });
      }));
  kernels.push_back(make_kernel(
      "add", three_arrays,
      [arrays] {
        const double* a = arrays->a();
        const double* b = arrays->b();
        double* c = arrays->c();
        for (std::size_t i = 0; i < arrays->count(); ++i) c[i] = a[i] + b[i];
      },
      [arrays] {
        return arrays->mismatch(arrays->c(),
                                [&](std::size_t i) { return arrays->a()[i] + arrays->b()[i]; });
      }));
  kernels.push_back(make_kernel(
      "triad", three_arrays,
      [arrays] {
        const double* a = arrays->a();
        const double* b = arrays->b();
        double* c = arrays->c();
        for (std::size_t i = 0; i < arrays->count(); ++i) c[i] = a[i] + factor * b[i];
      },
      [arrays] {
        return arrays->mismatch(
            arrays->c(), [&](std::size_t i) { return arrays->a()[i] + factor * arrays->b()[i]; });
      }));
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
