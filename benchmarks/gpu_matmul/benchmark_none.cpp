#include "benchmarks/gpu_matmul/benchmark.hpp"
#include "collectives/device/inventory.hpp"

namespace assay::benchmarks {

GpuMatmulBenchmark::GpuMatmulBenchmark(const Job& job, const collectives::device::Placement&,
                                       const GpuMatmulOptions&)
    : job_{job} {
  require_gpus(collectives::device::find_gpus());
}

std::vector<results::Record> GpuMatmulBenchmark::measure(DeviceOptions device) {
  return measure_devices(job_, kernels_, {}, device);
}

void GpuMatmulBenchmark::keep_last() {}

GpuMatmulResult measure_gpu_matmul(const Job&, const collectives::device::Placement&,
                                   const GpuMatmulOptions&) {
  require_gpus(collectives::device::find_gpus());
  return {};
}

}  // namespace assay::benchmarks
