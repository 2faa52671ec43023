#include "benchmarks/gpu_load.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

#include "benchmarks/gpu_all_reduce.hpp"

namespace assay::benchmarks {

using collectives::device::Placement;
using results::Record;

namespace {

/// A millisecond or two of the quickest GPUs, so many in a row that little else is between them.
constexpr MatmulShape matmul_shape{8192, 8192, 8192};
constexpr int products_in_a_row = 16;
constexpr Seconds matmul_turn{0.25};
/// A message that is beyond what latency matters for, and quickly written anew.
constexpr Bytes message = 256_MiB;
constexpr int sums_in_a_row = 20;
constexpr int sums_in_a_turn = 2;

GpuMatmulOptions matmul_options(Seconds deadline) {
  GpuMatmulOptions matmul;
  matmul.wanted.implementation = "all";
  matmul.shape = matmul_shape;
  matmul.layout = {false, true};
  matmul.in_a_row = products_in_a_row;
  matmul.deadline = deadline;
  return matmul;
}

/// The last that can be had: NCCL goes after ours.
std::unique_ptr<GpuBenchmark> last_all_reduce(const Job& job, const Placement& placement,
                                              const std::string& transport, Seconds deadline) {
  auto variants = all_reduce_variants(placement, has_nccl(), transport);
  std::ranges::reverse(variants);
  for (const GpuVariant& variant : variants) {
    std::string why;
    if (auto one = set_up_all_reduce(job, placement, variant, message, deadline, why)) return one;
  }
  return nullptr;
}

}  // namespace

GpuLoad::GpuLoad(GpuPart& gpus, const std::string& transport, Seconds deadline)
    : gpus_{gpus}, deadline_{deadline} {
  lost_ = gpus.by_members([&](const Job& own, const Placement& placement) {
    for (int index = 0; index < placement.per_process; ++index)
      matmuls_.emplace_back(own, one_of_each(placement, index), matmul_options(deadline))
          .keep_last();
    const auto stages = gpu_stages(placement);
    if (std::ranges::count(stages, GpuStage::peer_copy) > 0)
      links_ = std::make_unique<PeerRing>(own, placement);
    all_reduce_ = last_all_reduce(own, placement, transport, deadline);
    return std::vector<Record>{};
  });
}

std::vector<Record> GpuLoad::take_turn() {
  if (gpus_.stages().empty()) return std::exchange(lost_, {});
  return gpus_.by_members(
      [&](const Job& own, const Placement& placement) { return measure(own, placement); });
}

std::vector<Record> GpuLoad::measure_links() {
  if (gpus_.stages().empty()) return {};
  return gpus_.by_members([&](const Job&, const Placement&) {
    PeerCopyOptions copies;
    copies.deadline = deadline_;
    return links_ ? links_->measure(copies) : std::vector<Record>{};
  });
}

std::vector<Record> GpuLoad::measure(const Job& own, const Placement& placement) {
  std::vector<Record> records;
  DeviceOptions device;
  device.budget = matmul_turn;
  device.passes = 1;
  device.deadline = deadline_;
  for (GpuMatmulBenchmark& matmul : matmuls_)
    std::ranges::move(matmul.measure(device), std::back_inserter(records));
  if (!all_reduce_) return records;
  SamplerOptions sampler;
  sampler.warmup = 0;
  sampler.iterations = sums_in_a_turn;
  sampler.checks = 1;
  sampler.operations = sums_in_a_row;
  sampler.deadline = deadline_;
  Record sum = measure_sum(*all_reduce_, placement, message, sampler);
  if (own.rank() == 0) records.push_back(std::move(sum));
  return records;
}

}  // namespace assay::benchmarks
