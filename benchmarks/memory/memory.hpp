#pragma once

#include "benchmarks/device.hpp"

namespace assay::benchmarks {

/// The kernels of STREAM (McCalpin) on float64 arrays: copy c = a, scale b = 3a, add c = a + b,
/// triad c = a + 3b. Bytes count each array read or written once, as STREAM does (a write that
/// first fetches its line moves more).
/// `array` is the size of each of the three arrays.
[[nodiscard]] DeviceKernels make_memory_kernels(Bytes array);

/// Array size for a last-level cache of that size: four times it, as STREAM's rules ask of each
/// array, and no less than 16 MiB; where the arrays of all `ranks` of a host would take more than
/// half of what is `available`, the power of two that fits.
[[nodiscard]] Bytes memory_array_bytes(Bytes last_level, Bytes available, int ranks);
/// On this rank's host, as it is now.
[[nodiscard]] Bytes memory_array_bytes(const Job& job);

}  // namespace assay::benchmarks
