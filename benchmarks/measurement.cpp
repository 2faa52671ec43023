#include "benchmarks/measurement.hpp"

#include <numeric>

#include "core/clock.hpp"
#include "core/machine.hpp"
#include "results/statistics.hpp"
#include "results/summary.hpp"

namespace assay::benchmarks {

using results::RankFigures;
using results::Record;

void describe(Record& record, const Samples& samples, const std::vector<int>& members) {
  record.label = measurement_label();
  record.samples_s = samples.duration_s;
  record.disturbed = samples.disturbed;
  record.passes = samples.passes;
  results::summarise(record);
  record.stop = samples.stop;
  if (samples.operations > 1) record.aggregated = samples.operations;
  record.time = utc_timestamp();
  if (!samples.wrong.empty())
    record.wrong = std::accumulate(samples.wrong.begin(), samples.wrong.end(), std::uint64_t{0});
  if (samples.first_wrong) {
    const auto& [rank, mismatch] = *samples.first_wrong;
    record.first_wrong = {members[static_cast<std::size_t>(rank)], mismatch.offset,
                          mismatch.expected, mismatch.found};
  }
  if (members.size() < 2) return;
  record.arrival_skew_s = results::median(samples.skew_s);
  for (std::size_t rank = 0; rank < members.size(); ++rank) {
    RankFigures figures;
    figures.rank = members[rank];
    figures.median_s = results::median(samples.own_s[rank]);
    figures.arrival_skew_s = results::median(samples.late_s[rank]);
    figures.involuntary_switches = samples.disturbance[rank].involuntary_switches;
    figures.run_queue_wait_s = samples.disturbance[rank].run_queue_wait.value;
    if (!samples.wrong.empty()) figures.wrong = samples.wrong[rank];
    record.per_rank.push_back(figures);
  }
}

void add_bandwidth(Record& record, double bus_factor) {
  if (!record.size_bytes || !record.median_s || *record.median_s <= 0) return;
  const double bandwidth = static_cast<double>(*record.size_bytes) / *record.median_s;
  record.algorithm_bandwidth_bytes_per_s = bandwidth;
  record.bus_bandwidth_bytes_per_s = bandwidth * bus_factor;
}

}  // namespace assay::benchmarks
