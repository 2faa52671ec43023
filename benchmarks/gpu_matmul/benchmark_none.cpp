#include "benchmarks/gpu_matmul/benchmark.hpp"
#include "collectives/device/inventory.hpp"

namespace assay::benchmarks {

GpuMatmulResult measure_gpu_matmul(const Job&, const collectives::device::Placement&,
                                   const GpuMatmulOptions&) {
  require_gpus(collectives::device::find_gpus());
  return {};
}

}  // namespace assay::benchmarks
