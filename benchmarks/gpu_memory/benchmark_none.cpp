#include "benchmarks/gpu_memory/benchmark.hpp"
#include "collectives/device/inventory.hpp"

namespace assay::benchmarks {

std::vector<results::Record> measure_gpu_memory(const Job&, const collectives::device::Placement&,
                                                const GpuMemoryOptions&) {
  require_gpus(collectives::device::find_gpus());
  return {};
}

}  // namespace assay::benchmarks
