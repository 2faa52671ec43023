#include "benchmarks/kernel_meter.hpp"

#include <benchmark/benchmark.h>

#include <algorithm>

#include "benchmarks/measurement.hpp"

namespace assay::benchmarks {

using results::Record;

namespace {

constexpr int samples_at_least = 3;  // a turn
constexpr int samples_at_most = 100;

/// Google Benchmark prints to a reporter; the samples are taken in the loop itself.
class SilentReporter final : public benchmark::BenchmarkReporter {
 public:
  bool ReportContext(const Context&) override { return true; }
  void ReportRuns(const std::vector<Run>&) override {}
};

}  // namespace

std::optional<int> share_of_turn(std::optional<int> iterations, int turns, int turn) {
  if (!iterations) return std::nullopt;
  return *iterations / turns + (turn < *iterations % turns ? 1 : 0);
}

void KernelMeter::take_turn(Seconds budget, std::optional<int> count) {
  if (count == 0) return;
  const Seconds once = warm_up();
  const int runs = count.value_or(
      std::clamp(static_cast<int>(budget / once), samples_at_least, samples_at_most));
  benchmark::ClearRegisteredBenchmarks();
  benchmark::RegisterBenchmark("kernel",
                               [this](benchmark::State& state) {
                                 for ([[maybe_unused]] auto iteration : state)
                                   state.SetIterationTime(take_sample().value);
                               })
      ->Iterations(runs)
      ->UseManualTime();
  SilentReporter reporter;
  benchmark::RunSpecifiedBenchmarks(&reporter, "kernel");
  benchmark::ClearRegisteredBenchmarks();
  samples_.passes.push_back(runs);
  samples_.stop = "iterations";
}

Record KernelMeter::record(int rank, int confirmation) const {
  Record record = kernel_.description;
  record.confirmation = confirmation;
  describe(record, samples_, {rank});
  if (kernel_.flop > 0)
    record.rate_flop_per_s = kernel_.flop / *record.median_s;
  else if (kernel_.has_rate)
    record.algorithm_bandwidth_bytes_per_s =
        static_cast<double>(*record.size_bytes) / *record.median_s;
  return record;
}

Seconds KernelMeter::warm_up() {
  if (kernel_.prepare) kernel_.prepare();
  const Seconds begin = steady_now();
  kernel_.run();
  return std::max(steady_now() - begin, Seconds{1e-9});
}

Seconds KernelMeter::take_sample() {
  if (kernel_.prepare) kernel_.prepare();
  static_cast<void>(probe_.since_last());
  const Seconds begin = steady_now();
  kernel_.run();
  const Seconds waited = steady_now() - begin;
  const Disturbance disturbance = probe_.since_last();
  const Seconds elapsed = kernel_.elapsed ? kernel_.elapsed() : waited;
  samples_.duration_s.push_back(elapsed.value);
  samples_.disturbed.push_back(disturbance.noticed() ? 1 : 0);
  if (auto mismatch = kernel_.check()) note(std::move(*mismatch));
  return elapsed;
}

void KernelMeter::note(Mismatch mismatch) {
  samples_.wrong[0] += mismatch.count;
  if (!samples_.first_wrong) samples_.first_wrong = {0, std::move(mismatch)};
}

}  // namespace assay::benchmarks
