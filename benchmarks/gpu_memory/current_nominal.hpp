#pragma once

#include "benchmarks/gpu_memory/nominal.hpp"
#include "core/native/cuda.hpp"
#include "results/record.hpp"

namespace assay::benchmarks::gpu_memory {

/// Adds to a record of the current GPU's memory what that could move, where the driver says it.
inline void add_nominal(results::Record& record) {
  int device = 0;
  int clock_kilohertz = 0;
  int bus_bits = 0;
  native::check_cuda(cudaGetDevice(&device));
  native::check_cuda(cudaDeviceGetAttribute(&clock_kilohertz, cudaDevAttrMemoryClockRate, device));
  native::check_cuda(cudaDeviceGetAttribute(&bus_bits, cudaDevAttrGlobalMemoryBusWidth, device));
  if (clock_kilohertz > 0 && bus_bits > 0)
    record.report.readings[nominal_reading] = nominal_bytes_per_s(clock_kilohertz, bus_bits);
}

}  // namespace assay::benchmarks::gpu_memory
