#pragma once

#include "benchmarks/device.hpp"

namespace assay::benchmarks {

/// The kernels of STREAM (McCalpin) on float64 arrays: copy c = a, scale b = 3a, add c = a + b,
/// triad c = a + 3b. Bytes count each array read or written once, as STREAM does (a write that
/// first fetches its line moves more).
/// `array` is the size of each of the three arrays.
[[nodiscard]] DeviceKernels make_memory_kernels(Bytes array);

/// Array size for a cache of `last_level` bytes: STREAM asks for four times the cache in all
/// arrays; each of ours alone is twice it, within bounds that a short run can afford.
[[nodiscard]] Bytes memory_array_bytes(Bytes last_level);

}  // namespace assay::benchmarks
