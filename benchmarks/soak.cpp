#include "benchmarks/soak.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <tuple>

#include "benchmarks/collective.hpp"
#include "benchmarks/device.hpp"
#include "benchmarks/gpu_load.hpp"
#include "benchmarks/gpu_loss.hpp"
#include "benchmarks/matmul/matmul.hpp"
#include "benchmarks/pair.hpp"
#include "collectives/bootstrap.hpp"
#include "core/clock.hpp"
#include "results/summary.hpp"

namespace assay::benchmarks {

using results::Record;
using topology::PairRound;

namespace {

constexpr Seconds matmul_turn{0.1};
constexpr int sums_in_a_turn = 8;
constexpr Seconds link_turn{0.02};
constexpr int link_passes = 2;

/// What is worked on: the longer a window is, the more, so that a day leaves no more samples than
/// minutes do.
struct Work {
  MatmulShape shape;
  Bytes message;
};
Work work_in(Seconds window) {
  constexpr Seconds short_window{10};
  if (window <= short_window) return {default_shape, 4_MiB};
  return {{2048, 2048, 2048}, 64_MiB};
}

/// The records of one window, turn added to turn. On rank 0; elsewhere nothing comes in.
class Window {
 public:
  void add(std::vector<Record> records, const std::string& prefix) {
    for (Record& record : records) {
      if (record.benchmark == gpu_failure)
        record.algorithm = "soak";
      else
        record.benchmark = prefix + record.benchmark;
      const Key key{record.benchmark,
                    record.rank.value_or(-1),
                    record.host.value_or("") + " " + record.device.value_or(""),
                    record.peer.value_or(""),
                    record.from_rank.value_or(-1),
                    record.to_rank.value_or(-1)};
      const auto [entry, is_new] = records_.try_emplace(key, record);
      if (!is_new) results::merge(entry->second, record);
    }
  }
  [[nodiscard]] std::vector<Record> records(int number) const {
    std::vector<Record> all;
    for (const auto& [key, record] : records_) all.push_back(record);
    for (Record& record : all) record.window = number;
    return all;
  }

 private:
  using Key = std::tuple<std::string, int, std::string, std::string, int, int>;
  std::map<Key, Record> records_;
};

/// What is measured in each turn, set up once.
class Load {
 public:
  Load(const Job& job, const SoakOptions& options, GpuPart& gpus)
      : job_{job},
        options_{options},
        work_{work_in(soak_window(options.duration))},
        links_{topology::limit_per_host(ring_rounds(job.size()), job.host_of, job.processors)},
        all_reduce_{job, CollectiveVariant{"assay", "ring", options.transport, false},
                    CollectiveTask{}, work_.message},
        gpus_{gpus, options.transport, options.deadline} {
    MatmulOptions matmul;
    matmul.shape = work_.shape;
    matmul.slowdown = matmul_slowdown(job.faults, job.rank());
    matmul.corrupt = corrupts_matmul(job.faults, job.rank());
    kernels_ = make_matmul_kernels(matmul);
    kernels_.resize(1);  // ours
  }

  void take_turn(Window& window) {
    DeviceOptions device;
    device.budget = matmul_turn;
    device.passes = 1;
    device.all_processors = true;
    device.deadline = options_.deadline;
    window.add(measure_devices(job_, kernels_, job_.everyone(), device), "soak_");
    SamplerOptions sampler;
    sampler.warmup = 1;
    sampler.iterations = sums_in_a_turn;
    sampler.deadline = options_.deadline;
    job_.announce("soak all_reduce");
    const Record record = all_reduce_.measure(work_.message, false, sampler);
    if (job_.rank() == 0) window.add({record}, "soak_");
    window.add(gpus_.take_turn(), "soak_gpu_");
  }

  void measure_links(Window& window) {
    window.add(gpus_.measure_links(), "soak_gpu_");
    if (links_.empty()) return;
    PairOptions pair;
    pair.transport = options_.transport;
    pair.latency = false;
    pair.sampler.budget = link_turn;
    pair.sampler.deadline = options_.deadline;
    pair.passes = link_passes;
    window.add(measure_pairs(job_, links_, pair), "soak_");
  }

 private:
  const Job& job_;
  const SoakOptions& options_;
  Work work_;
  std::vector<PairRound> links_;
  CollectiveBenchmark all_reduce_;
  DeviceKernels kernels_;
  GpuLoad gpus_;
};

}  // namespace

Seconds soak_window(Seconds duration) {
  constexpr double windows = 100;
  constexpr Seconds shortest{2};
  constexpr Seconds longest{120};
  return std::clamp(duration / windows, shortest, longest);
}

std::vector<PairRound> ring_rounds(int ranks) {
  std::vector<PairRound> rounds(3);
  for (int rank = 0; rank < ranks; ++rank) {
    const int next = (rank + 1) % ranks;
    const bool closes_odd_ring = ranks % 2 == 1 && next == 0;
    const bool closes_pair = ranks == 2 && next == 0;  // both directions are one pair's
    if (next == rank || closes_pair) continue;
    rounds[closes_odd_ring ? 2 : static_cast<std::size_t>(rank % 2)].emplace_back(rank, next);
  }
  std::erase_if(rounds, [](const PairRound& round) { return round.empty(); });
  return rounds;
}

void run_soak(const Job& job, const SoakOptions& options, GpuPart& gpus, Recording& recording,
              Telemetry& telemetry) {
  recording.progress().stage("soak", options.duration);
  const Seconds end = steady_now() + options.duration;
  const Seconds window_length = soak_window(options.duration);
  Load load{job, options, gpus};
  for (int number = 0;; ++number) {
    // Rank 0's clock decides for all.
    const Seconds window_end = steady_now() + window_length;
    if (!collectives::from_rank_zero(job.world, steady_now() < end)) return;
    Window window;
    telemetry.begin();
    load.measure_links(window);
    do load.take_turn(window);
    while (collectives::from_rank_zero(job.world, steady_now() < window_end));
    recording.keep(window.records(number));
    recording.keep(telemetry.end("soak", number));
  }
}

}  // namespace assay::benchmarks
