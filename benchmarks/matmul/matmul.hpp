#pragma once

#include <cstddef>

#include "benchmarks/device.hpp"

namespace assay::benchmarks {

/// Square float32 multiplication on one processor: our blocked kernel beside OpenBLAS.
/// Data    k/64 for uniformly random integers |k| <= 63, so that all products and sums are exact
///         in any order for n <= 1024, and every result is compared bit for bit with one computed
///         in integers.
/// `slowdown` makes every run take 1/(1 - slowdown) of its time, `corrupt` changes one element: for
/// tests of Assay itself.
[[nodiscard]] DeviceKernels make_matmul_kernels(std::size_t n, double slowdown, bool corrupt);

/// The default: 4.3 to 10 ms on one core of the machines this was written on; three matrices of
/// 1 MiB, beyond the second-level cache.
inline constexpr std::size_t matmul_rows = 512;

}  // namespace assay::benchmarks
