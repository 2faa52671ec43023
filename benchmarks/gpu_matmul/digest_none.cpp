#include "benchmarks/gpu_matmul/digest.hpp"
#include "collectives/device/inventory.hpp"

namespace assay::benchmarks {

std::vector<results::Record> measure_gpu_digests(const Job&, const collectives::device::Placement&,
                                                 const GpuDigestOptions&) {
  require_gpus(collectives::device::find_gpus());
  return {};
}

}  // namespace assay::benchmarks
