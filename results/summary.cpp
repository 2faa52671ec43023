#include "results/summary.hpp"

#include <optional>

#include "results/statistics.hpp"

namespace assay::results {

namespace {

Percentiles percentiles_of(const std::vector<double>& samples) {
  const auto at = [&](double q) { return quantile(samples, q); };
  return {.p1 = at(0.01), .p5 = at(0.05), .p50 = at(0.5), .p95 = at(0.95), .p99 = at(0.99)};
}

template <class T>
void append(std::vector<T>& to, const std::vector<T>& more) {
  to.insert(to.end(), more.begin(), more.end());
}

/// Numbers of samples by turn, also where it is only one.
std::vector<int> turns_of(const Record& record) {
  if (!record.passes.empty()) return record.passes;
  return {static_cast<int>(record.samples_s.size())};
}

}  // namespace

void summarise(Record& record) {
  record.median_s = median(record.samples_s);
  const auto interval = median_interval(record.samples_s);
  record.interval_s = {interval.low, interval.high};
  record.percentiles_s = percentiles_of(record.samples_s);
  record.fast_s = fast_side(record.samples_s, record.disturbed);
}

void merge(Record& record, const Record& more) {
  const double before = record.median_s.value_or(0);
  auto passes = turns_of(record);
  append(passes, turns_of(more));
  append(record.samples_s, more.samples_s);
  append(record.disturbed, more.disturbed);
  record.passes = std::move(passes);
  if (more.wrong) record.wrong = record.wrong.value_or(0) + *more.wrong;
  if (!record.first_wrong) record.first_wrong = more.first_wrong;
  record.time = more.time;
  summarise(record);
  for (auto* rate : {&record.algorithm_bandwidth_bytes_per_s, &record.bus_bandwidth_bytes_per_s,
                     &record.rate_flop_per_s})
    if (*rate) **rate *= before / *record.median_s;
}

}  // namespace assay::results
