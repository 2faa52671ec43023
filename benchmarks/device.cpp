#include "benchmarks/device.hpp"

#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include <algorithm>
#include <random>

#include "benchmarks/disturbance.hpp"
#include "benchmarks/gathered_records.hpp"
#include "benchmarks/measurement.hpp"
#include "topology/pair_schedule.hpp"

namespace assay::benchmarks {

using results::Record;

namespace {

constexpr int samples_at_least = 3;  // a pass
constexpr int samples_at_most = 100;

/// Google Benchmark prints to a reporter; the samples are taken in the loop itself.
class SilentReporter final : public benchmark::BenchmarkReporter {
 public:
  bool ReportContext(const Context&) override { return true; }
  void ReportRuns(const std::vector<Run>&) override {}
};

/// One kernel and all its samples so far.
class KernelMeter {
 public:
  explicit KernelMeter(DeviceKernel& kernel) : kernel_{kernel} { samples_.wrong = {0}; }

  /// One turn: some runs of the kernel, as many as the budget allows by the time of the first.
  void take_turn(Seconds budget) {
    const Seconds once = warm_up();
    const int count =
        std::clamp(static_cast<int>(budget / once), samples_at_least, samples_at_most);
    benchmark::ClearRegisteredBenchmarks();
    benchmark::RegisterBenchmark("kernel", [this](benchmark::State& state) { loop(state); })
        ->Iterations(count)
        ->UseManualTime();
    SilentReporter reporter;
    benchmark::RunSpecifiedBenchmarks(&reporter, "kernel");
    benchmark::ClearRegisteredBenchmarks();
    samples_.passes.push_back(count);
  }

  [[nodiscard]] Record record(const Job& job, int confirmation) const {
    Record record = kernel_.description;
    record.rank = job.rank();
    record.host = job.identity(job.rank()).host;
    if (!record.device) record.device = "cpu";
    record.confirmation = confirmation;
    describe(record, samples_, {job.rank()});
    if (kernel_.flop > 0)
      record.rate_flop_per_s = kernel_.flop / *record.median_s;
    else if (kernel_.has_rate)
      record.algorithm_bandwidth_bytes_per_s =
          static_cast<double>(*record.size_bytes) / *record.median_s;
    return record;
  }

 private:
  Seconds warm_up() {
    if (kernel_.prepare) kernel_.prepare();
    const Seconds begin = steady_now();
    kernel_.run();
    return std::max(steady_now() - begin, Seconds{1e-9});
  }

  void loop(benchmark::State& state) {
    for ([[maybe_unused]] auto iteration : state) {
      if (kernel_.prepare) kernel_.prepare();
      static_cast<void>(probe_.since_last());
      const Seconds begin = steady_now();
      kernel_.run();
      const Seconds waited = steady_now() - begin;
      const Disturbance disturbance = probe_.since_last();
      const Seconds elapsed = kernel_.elapsed ? kernel_.elapsed() : waited;
      state.SetIterationTime(elapsed.value);
      samples_.duration_s.push_back(elapsed.value);
      samples_.disturbed.push_back(disturbance.noticed() ? 1 : 0);
      if (auto mismatch = kernel_.check()) note(std::move(*mismatch));
    }
    samples_.stop = "iterations";
  }

  void note(Mismatch mismatch) {
    samples_.wrong[0] += mismatch.count;
    if (!samples_.first_wrong) samples_.first_wrong = {0, std::move(mismatch)};
  }

  DeviceKernel& kernel_;
  DisturbanceProbe probe_;
  Samples samples_;
};

/// How many ranks of each host measure at once: half of its processors, so that the other half is
/// there for whatever else the machine has to do; or all of them.
std::vector<int> ranks_at_once(const Job& job, bool all_processors) {
  if (all_processors) return job.processors;
  std::vector<int> capacity;
  for (const int processors : job.processors) capacity.push_back(std::max(1, processors / 2));
  return capacity;
}

std::vector<std::vector<int>> turns(const Job& job, const std::vector<int>& chosen,
                                    bool all_processors) {
  std::vector<int> hosts;
  for (const int rank : chosen) hosts.push_back(job.host_of[static_cast<std::size_t>(rank)]);
  auto groups = topology::device_groups(hosts, ranks_at_once(job, all_processors));
  for (auto& group : groups)
    for (int& member : group) member = chosen[static_cast<std::size_t>(member)];
  return groups;
}

}  // namespace

std::vector<Record> measure_devices(const Job& job, DeviceKernels& kernels,
                                    const std::vector<int>& chosen, const DeviceOptions& options) {
  std::vector<KernelMeter> meters;
  for (DeviceKernel& kernel : kernels) meters.emplace_back(kernel);
  std::mt19937 random{static_cast<unsigned>(options.confirmation)};  // the same on all ranks
  std::vector<int> order = chosen;
  for (int pass = 0; pass < options.passes; ++pass) {
    for (const auto& group : turns(job, order, options.all_processors)) {
      if (std::find(group.begin(), group.end(), job.rank()) != group.end()) {
        for (std::size_t i = 0; i < meters.size(); ++i) {
          job.announce(kernels[i].description.benchmark + " " +
                       kernels[i].description.implementation);
          job.heartbeat.deadline_ns.store(Deadline::after(options.deadline).nanoseconds());
          job.heartbeat.beats.fetch_add(1);
          meters[i].take_turn(options.budget);
        }
        job.heartbeat.deadline_ns.store(0);
      }
      job.world.patient_barrier();
    }
    std::shuffle(order.begin(), order.end(), random);
  }
  std::vector<Record> mine;
  for (const KernelMeter& meter : meters) mine.push_back(meter.record(job, options.confirmation));
  return gather_records(job.world, mine);
}

}  // namespace assay::benchmarks
