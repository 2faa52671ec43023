#include "cli/group_rows.hpp"

#include <algorithm>
#include <utility>

#include "benchmarks/gathered_records.hpp"
#include "cli/bench_collective.hpp"
#include "core/clock.hpp"

namespace assay::cli {

using benchmarks::CollectiveBenchmark;
using benchmarks::Job;
using benchmarks::SamplerOptions;
using results::Record;

namespace {

/// What one group found, out of place or in place.
struct GroupHalf {
  Record record;
  OwnTimes own_s;
};

/// Collective: all groups measure at the same time. On rank 0 what each of them found, or nothing
/// of a group in which the benchmark does not work in place; on other ranks no groups at all.
std::vector<std::optional<GroupHalf>> measure_groups(const Job& job,
                                                     const std::vector<RankGroup>& groups,
                                                     CollectiveBenchmark& benchmark, Bytes size,
                                                     bool in_place, const SamplerOptions& sampler,
                                                     bool wants_times) {
  const int rank = benchmark.group().rank();
  std::vector<Record> mine;  // on each group's rank 0
  std::vector<double> own;
  job.world.barrier();
  if (!in_place || benchmark.works_in_place()) {
    Record record = benchmark.measure(size, in_place, sampler);
    if (rank == 0) mine.push_back(std::move(record));
    if (wants_times) own = benchmark.samples().own_s[static_cast<std::size_t>(rank)];
  }
  wait_for_all(job, sampler);
  const auto records = benchmarks::gather_records(job.world, mine);
  OwnTimes times;
  if (wants_times) times = collectives::gather_lists(job.world, own);

  std::vector<std::optional<GroupHalf>> halves;
  if (job.rank() != 0) return halves;
  auto next = records.begin();  // groups stand in the order of their first ranks
  for (const RankGroup& group : groups) {
    auto& half = halves.emplace_back();
    if (next == records.end() || next->group.value_or(group.number) != group.number) continue;
    half.emplace(GroupHalf{*next++, {}});
    if (!wants_times) continue;
    for (const int member : group.members)
      half->own_s.push_back(std::move(times[static_cast<std::size_t>(member)]));
  }
  return halves;
}

}  // namespace

void wait_for_all(const Job& job, const SamplerOptions& sampler) {
  constexpr int few = 8;  // where it stops by itself, soon after its budget
  constexpr Seconds year{3.2e7};
  const double samples = static_cast<double>(sampler.warmup.value_or(few)) +
                         static_cast<double>(sampler.iterations.value_or(few));
  const Seconds longest = std::min(std::max(sampler.deadline, default_deadline) * samples, year);
  job.heartbeat.deadline_ns.store(Deadline::after(longest).nanoseconds());
  job.world.patient_barrier();
  job.heartbeat.deadline_ns.store(0);
}

std::vector<TableRow> measure_rows(const Job& job, const std::vector<RankGroup>& groups,
                                   CollectiveBenchmark& benchmark, Bytes size,
                                   SamplerOptions sampler, RecordSink& sink) {
  const auto measure = [&](bool in_place) {
    auto halves =
        measure_groups(job, groups, benchmark, size, in_place, sampler, sink.wants_times());
    for (const auto& half : halves)
      if (half) sink.keep(half->record);
    return halves;
  };
  const auto out_of_place = measure(false);
  // All but the first in a row would work on their predecessor's result.
  if (sampler.operations > 1) sampler.check = false;
  const auto in_place = measure(true);

  const benchmarks::CollectiveTask& task = benchmark.task();
  std::vector<TableRow> rows;
  for (std::size_t i = 0; i < out_of_place.size(); ++i) {
    TableRow row;
    row.count = benchmarks::element_count(task, size, static_cast<int>(groups[i].members.size()));
    row.type = info(task.elements.type).nccl_name;
    row.out_of_place = out_of_place[i]->record;
    if (in_place[i]) row.in_place = in_place[i]->record;
    sink.keep_row(row, out_of_place[i]->own_s, in_place[i] ? in_place[i]->own_s : OwnTimes{});
    rows.push_back(std::move(row));
  }
  return rows;
}

}  // namespace assay::cli
