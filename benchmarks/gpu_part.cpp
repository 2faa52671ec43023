#include "benchmarks/gpu_part.hpp"

#include <algorithm>
#include <iterator>
#include <set>

#include "benchmarks/gathered_records.hpp"
#include "benchmarks/gpu_all_reduce.hpp"
#include "benchmarks/gpu_loss.hpp"
#include "benchmarks/gpu_matmul/benchmark.hpp"
#include "benchmarks/gpu_matmul/digest.hpp"
#include "benchmarks/gpu_memory.hpp"
#include "benchmarks/gpu_memory/benchmark.hpp"
#include "benchmarks/gpu_processes.hpp"
#include "benchmarks/peer_copy/benchmark.hpp"
#include "collectives/device/inventory.hpp"

namespace assay::benchmarks {

namespace device = collectives::device;
using results::Record;

namespace {

/// A millisecond or two of the quickest GPUs.
constexpr MatmulShape matmul_shape{8192, 8192, 8192};

void append(std::vector<Record>& records, std::vector<Record> more) {
  std::ranges::move(more, std::back_inserter(records));
}

std::vector<Record> measure_matmul(const Job& job, const device::Placement& placement,
                                   const GpuStageOptions& options) {
  GpuMatmulOptions matmul;
  matmul.wanted.implementation = "all";
  matmul.shape = matmul_shape;
  matmul.layout = {false, true};
  matmul.confirmation = options.confirmation;
  matmul.deadline = options.deadline;
  return measure_gpu_matmul(job, placement, matmul).records;
}

std::vector<Record> measure_memory(const Job& job, const device::Placement& placement,
                                   const GpuStageOptions& options) {
  SamplerOptions sampler;
  sampler.deadline = options.deadline;
  auto records = measure_gpu_copies(job, placement, sampler);
  for (Record& record : records) record.confirmation = options.confirmation;
  if (job.rank() != 0) records.clear();  // they are the same on all
  append(records, measure_gpu_memory(job, placement, {{}, options.confirmation, options.deadline}));
  return records;
}

std::vector<Record> measure_stage(GpuStage stage, const Job& job,
                                  const device::Placement& placement,
                                  const GpuStageOptions& options) {
  if (stage == GpuStage::digest) {
    GpuDigestOptions digest;
    digest.deadline = options.deadline;
    return measure_gpu_digests(job, placement, digest);
  }
  if (stage == GpuStage::peer_copy) {
    PeerCopyOptions copies;
    copies.confirmation = options.confirmation;
    copies.deadline = options.deadline;
    return measure_peer_copies(job, placement, copies);
  }
  if (stage == GpuStage::all_reduce)
    return measure_gpu_all_reduce(job, placement,
                                  {options.transport, options.all_reduce_sizes, options.deadline});
  std::vector<Record> records;
  const auto measure_one = stage == GpuStage::matmul ? measure_matmul : measure_memory;
  for (int index = 0; index < placement.per_process; ++index)
    append(records, measure_one(job, one_of_each(placement, index), options));
  return records;
}

}  // namespace

std::string_view name_of(GpuStage stage) {
  switch (stage) {
    case GpuStage::matmul:
      return "gpu matmul";
    case GpuStage::memory:
      return "gpu memory";
    case GpuStage::digest:
      return "gpu digest";
    case GpuStage::peer_copy:
      return "peer_copy";
    default:
      return "gpu all_reduce";
  }
}

std::vector<GpuStage> gpu_stages(const std::optional<device::Placement>& placement) {
  if (!placement) return {};
  std::vector stages{GpuStage::matmul, GpuStage::memory, GpuStage::digest};
  const std::set<std::string> hosts{placement->hosts.begin(), placement->hosts.end()};
  if (hosts.size() < placement->hosts.size()) stages.push_back(GpuStage::peer_copy);
  if (placement->ranks() > 1) stages.push_back(GpuStage::all_reduce);
  return stages;
}

std::optional<GpuStage> stage_of(const results::Suspicion& suspicion) {
  if (suspicion.kind == results::Suspicion::Kind::gpu_pair) return GpuStage::peer_copy;
  if (suspicion.memory != "device") return std::nullopt;
  return suspicion.benchmark == "matmul" ? GpuStage::matmul : GpuStage::memory;
}

Record with_ranks_of_job(Record record, const std::vector<int>& members) {
  const auto of_job = [&](int rank) { return members[static_cast<std::size_t>(rank)]; };
  if (record.rank) record.rank = of_job(*record.rank);
  if (record.first_wrong) record.first_wrong->rank = of_job(record.first_wrong->rank);
  return record;
}

GpuPart::GpuPart(const Job& job, bool wanted)
    : job_{job}, names_(static_cast<std::size_t>(job.size())) {
  if (!wanted) return;
  const auto processes = gather_gpus(job, device::find_gpus());
  const device::GpuShares shares = share_gpus(processes);
  if (shares.members.empty()) return;
  members_ = shares.members;
  const auto me = std::ranges::find(members_, job.rank());
  const bool is_member = me != members_.end();
  std::vector<device::ProcessGpus> of_members;
  for (const int member : members_)
    of_members.push_back(processes[static_cast<std::size_t>(member)]);
  placement_ = place_ranks(of_members, is_member ? static_cast<int>(me - members_.begin()) : 0,
                           shares.per_process, false);
  for (int rank = 0; rank < placement_->ranks(); ++rank) {
    const int member = members_[static_cast<std::size_t>(rank / shares.per_process)];
    names_[static_cast<std::size_t>(member)].push_back(placement_->device_name(rank));
  }
  world_ = job.world.subgroup(is_member ? 0 : collectives::Bootstrap::no_group);
  if (!is_member) return;
  std::vector<results::RankIdentity> identities;
  std::vector<int> host_of;
  for (const int member : members_) {
    identities.push_back(job.identity(member));
    host_of.push_back(job.host_of[static_cast<std::size_t>(member)]);
  }
  own_.emplace(Job{*world_, job.heartbeat, std::move(identities), std::move(host_of),
                   job.processors, job.host, job.faults, job.alignment, job.transport_options,
                   job.why_no_ucx});
}

/// Those of this process that do not answer.
std::vector<Record> GpuPart::failing() const {
  std::vector<Record> records;
  for (int i = 0; i < placement_->per_process; ++i) {
    const int rank = placement_->first_local() + i;
    const std::string why = device::why_failing(placement_->device(rank));
    if (!why.empty())
      records.push_back(
          gpu_failure_record(placement_->host(rank), placement_->device_name(rank), why));
  }
  return records;
}

std::vector<Record> GpuPart::by_members(const Work& work) {
  if (has_lost_) return {};
  std::vector<Record> records;
  auto lost = without_lost_gpus(
      job_.world,
      [&] {
        if (own_) records = work(*own_, *placement_);
      },
      [&] { return own_ ? failing() : std::vector<Record>{}; });
  if (!lost.empty()) {
    has_lost_ = true;
    if (job_.rank() != 0) lost.clear();
    return lost;
  }
  for (Record& record : records) record = with_ranks_of_job(std::move(record), members_);
  return gather_records(job_.world, records);
}

std::vector<Record> GpuPart::measure(GpuStage stage, const GpuStageOptions& options) {
  auto records = by_members([&](const Job& own, const device::Placement& placement) {
    return measure_stage(stage, own, placement, options);
  });
  for (Record& record : records)
    if (record.benchmark == gpu_failure) record.algorithm = name_of(stage);
  return records;
}

}  // namespace assay::benchmarks
