#include "benchmarks/gpu_collective.hpp"
#include "benchmarks/gpu_memory.hpp"
#include "collectives/device/inventory.hpp"

namespace assay::benchmarks {

using collectives::device::Placement;

/// There is nothing to measure.
class GpuBenchmark::Parts {
 public:
  Samples samples;
};

bool has_nccl() { return false; }

Placement place_on_gpus(const Job&, int, bool) {
  require_gpus(collectives::device::find_gpus());
  return {};
}

Bytes least_free_memory(const Placement&) { return {}; }

GpuBenchmark::GpuBenchmark(const Job&, const Placement&, const GpuVariant&, const CollectiveTask&,
                           Bytes, Seconds) {
  require_gpus(collectives::device::find_gpus());
}

GpuBenchmark::~GpuBenchmark() = default;

results::Record GpuBenchmark::measure(Bytes, bool, SamplerOptions) { return {}; }
const Samples& GpuBenchmark::samples() const { return parts_->samples; }

std::vector<results::Record> measure_gpu_copies(const Job&, const Placement&,
                                                const SamplerOptions&) {
  return {};
}

}  // namespace assay::benchmarks
