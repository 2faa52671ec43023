#include "benchmarks/acceptance.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>

#include "benchmarks/busy_programs.hpp"
#include "benchmarks/collective.hpp"
#include "benchmarks/device.hpp"
#include "benchmarks/matmul/matmul.hpp"
#include "benchmarks/memory/memory.hpp"
#include "benchmarks/pair.hpp"
#include "core/error.hpp"
#include "core/machine.hpp"

namespace assay::benchmarks {

using results::Record;
using results::Suspicion;
using topology::PairRound;

namespace {

const std::array variants{
    CollectiveVariant{"assay", "ring", "auto", false},
    CollectiveVariant{"assay", "tree", "auto", false},
    CollectiveVariant{"mpi", "default", "auto", false},
};

/// Beyond this many ranks a repeat measures the suspects with a few partners, not everyone.
constexpr int small_job = 8;
constexpr int partners_of_a_suspect = 4;

constexpr int matmul_kernels = 2;
constexpr int memory_kernels = 4;
/// Meeting and agreeing, per round and pass, as seen on two cores.
constexpr Seconds pair_overhead{0.01};

Seconds round_time(const AcceptanceLevel& level) {
  constexpr double directions_and_latency = 2.3;
  return level.pair_budget * directions_and_latency + pair_overhead;
}

/// Turns of every pair: what fits the stage, at least enough for a median over turns that a few bad
/// ones do not move, and no more than tell anything new.
int pair_passes(const AcceptanceLevel& level, int rounds) {
  constexpr int at_least = 8;
  constexpr int at_most = 100;
  const double all_rounds = round_time(level).value * rounds;
  return std::clamp(static_cast<int>(level.pair_stage.value / all_rounds), at_least, at_most);
}

Seconds pair_time(const AcceptanceLevel& level, int rounds) {
  if (rounds == 0) return {};
  return round_time(level) * static_cast<double>(rounds * pair_passes(level, rounds));
}

/// Everything one acceptance run keeps together.
class Acceptance {
 public:
  Acceptance(const Job& job, const AcceptanceLevel& level, const AcceptanceOptions& options,
             const results::Profile* profile, results::RunWriter* writer, results::RunInfo& info)
      : job_{job},
        level_{level},
        options_{options},
        profile_{profile},
        writer_{writer},
        info_{info},
        progress_{writer != nullptr && !options.quiet, expected_time(job, level)},
        busy_{job.size() > 1} {}

  std::optional<results::Verdict> run() {
    if (!is_simulated()) {  // else the processors are those of the machine that simulates
      measure_matmul(job_.everyone(), 0);
      measure_memory(job_.everyone(), 0);
    }
    measure_pairs(all_pair_rounds(job_), 0);
    measure_all_reduce();
    for (int repeat = 1; repeat <= options_.judge.confirmations; ++repeat) confirm(repeat);
    return judge();
  }

 private:
  void measure_matmul(const std::vector<int>& ranks, int confirmation) {
    progress_.stage("matmul",
                    level_.matmul_budget * static_cast<double>(matmul_kernels * turns(ranks)));
    DeviceKernels kernels;
    if (has(ranks, job_.rank()))
      kernels = make_matmul_kernels(matmul_rows, matmul_slowdown(job_.faults, job_.rank()),
                                    corrupts_matmul(job_.faults, job_.rank()));
    keep(measure_devices(job_, kernels, ranks, device_options(level_.matmul_budget, confirmation)));
  }

  void measure_memory(const std::vector<int>& ranks, int confirmation) {
    progress_.stage("memory",
                    level_.memory_budget * static_cast<double>(memory_kernels * turns(ranks)));
    DeviceKernels kernels;
    if (has(ranks, job_.rank()))
      kernels = make_memory_kernels(memory_array_bytes(job_.host.last_level_cache));
    keep(measure_devices(job_, kernels, ranks, device_options(level_.memory_budget, confirmation)));
  }

  void measure_pairs(const std::vector<PairRound>& rounds, int confirmation) {
    if (rounds.empty()) return;
    progress_.stage(fmt::format("pairs of {} ranks", job_.size()),
                    pair_time(level_, static_cast<int>(rounds.size())));
    PairOptions pair;
    pair.transport = options_.transport;
    pair.sampler.budget = level_.pair_budget;
    pair.sampler.deadline = options_.deadline;
    pair.passes = pair_passes(level_, static_cast<int>(rounds.size()));
    pair.confirmation = confirmation;
    keep(benchmarks::measure_pairs(job_, rounds, pair));
  }

  void measure_all_reduce() {
    SamplerOptions sampler;
    sampler.budget = level_.collective_budget;
    sampler.deadline = options_.deadline;
    const Bytes largest{level_.collective_sizes.back()};
    for (CollectiveVariant variant : variants) {
      if (variant.implementation == "assay") variant.transport = options_.transport;
      progress_.stage(
          fmt::format("all-reduce, {} {}", variant.implementation, variant.algorithm),
          level_.collective_budget * static_cast<double>(level_.collective_sizes.size()));
      CollectiveBenchmark benchmark{job_, variant, CollectiveTask{}, largest};
      for (const std::uint64_t size : level_.collective_sizes)
        keep({benchmark.measure({size}, false, sampler)});
    }
  }

  /// Measures what looks slow again, with its peers, on new buffers and connections.
  void confirm(int repeat) {
    const auto suspicions = agreed_suspicions();
    std::set<int> matmul;
    std::set<int> memory;
    std::set<int> ends;
    for (const Suspicion& suspicion : suspicions) {
      if (suspicion.kind == Suspicion::Kind::pair) {
        ends.insert({suspicion.rank, suspicion.to_rank});
      } else {
        (suspicion.benchmark == "matmul" ? matmul : memory).insert(suspicion.rank);
      }
    }
    if (!matmul.empty()) {
      progress_.extend(level_.matmul_budget *
                       static_cast<double>(matmul_kernels * turns(job_.everyone())));
      measure_matmul(with_peers(matmul), repeat);
    }
    if (!memory.empty()) {
      progress_.extend(level_.memory_budget *
                       static_cast<double>(memory_kernels * turns(job_.everyone())));
      measure_memory(with_peers(memory), repeat);
    }
    if (!ends.empty()) {
      const auto rounds = rounds_around(ends);
      progress_.extend(pair_time(level_, static_cast<int>(rounds.size())));
      measure_pairs(rounds, repeat);
    }
  }

  /// The suspicions that rank 0's records raise, on all ranks.
  [[nodiscard]] std::vector<Suspicion> agreed_suspicions() {
    std::vector<int> numbers;
    if (writer_ != nullptr) {
      results::Run first{info_, {}, false};
      for (const Record& record : records_)
        if (record.confirmation == 0) first.records.push_back(record);
      for (const Suspicion& suspicion : results::suspicions(first, options_.judge))
        numbers.insert(numbers.end(),
                       {suspicion.kind == Suspicion::Kind::pair ? 1 : 0, suspicion.rank,
                        suspicion.to_rank, suspicion.benchmark == "matmul" ? 1 : 0});
    }
    const auto told = job_.world.all_gather(std::as_bytes(std::span{numbers}));
    numbers.resize(told[0].size() / sizeof(int));
    std::copy(told[0].begin(), told[0].end(), std::as_writable_bytes(std::span{numbers}).begin());
    std::vector<Suspicion> agreed;
    constexpr std::size_t numbers_each = 4;
    for (std::size_t i = 0; i + numbers_each <= numbers.size(); i += numbers_each) {
      const bool is_pair = numbers[i] == 1;
      agreed.push_back({is_pair ? Suspicion::Kind::pair : Suspicion::Kind::device, numbers[i + 1],
                        numbers[i + 2],
                        is_pair ? "pair" : (numbers[i + 3] == 1 ? "matmul" : "memory")});
    }
    return agreed;
  }

  /// The suspects and enough others to compare them with, in rank order.
  [[nodiscard]] std::vector<int> with_peers(std::set<int> suspects) const {
    if (job_.size() <= small_job) return job_.everyone();
    const std::size_t wanted = suspects.size() + partners_of_a_suspect;
    for (int rank = 0; rank < job_.size() && suspects.size() < wanted; ++rank)
      suspects.insert(rank);
    return {suspects.begin(), suspects.end()};
  }

  [[nodiscard]] std::vector<PairRound> rounds_around(const std::set<int>& ends) const {
    const auto all = topology::pair_rounds(job_.size());
    const auto ranks = with_peers(ends);
    std::vector<PairRound> chosen;
    for (const PairRound& round : all) {
      PairRound kept;
      for (const auto& pair : round)
        if (has(ranks, pair.first) && has(ranks, pair.second)) kept.push_back(pair);
      if (!kept.empty()) chosen.push_back(std::move(kept));
    }
    return topology::limit_per_host(chosen, job_.host_of, job_.processors);
  }

  [[nodiscard]] std::optional<results::Verdict> judge() {
    if (writer_ == nullptr) return std::nullopt;
    if (!is_simulated()) info_.busy = busy_.found();
    info_.end = utc_timestamp();
    writer_->update(info_);
    return results::judge({info_, records_, false}, profile_, options_.judge);
  }

  void keep(std::vector<Record> records) {
    if (writer_ == nullptr) return;
    for (Record& record : records) {
      writer_->append(record);
      records_.push_back(std::move(record));
    }
  }

  [[nodiscard]] DeviceOptions device_options(Seconds budget, int confirmation) const {
    DeviceOptions device;
    device.budget = budget;
    device.passes = level_.device_passes;
    device.confirmation = confirmation;
    device.deadline = options_.deadline;
    return device;
  }

  /// Turns that have to be waited for, at most.
  [[nodiscard]] int turns(const std::vector<int>& ranks) const {
    return static_cast<int>(ranks.size()) * level_.device_passes;
  }
  [[nodiscard]] static bool has(const std::vector<int>& ranks, int rank) {
    return std::find(ranks.begin(), ranks.end(), rank) != ranks.end();
  }

  const Job& job_;
  const AcceptanceLevel& level_;
  const AcceptanceOptions& options_;
  const results::Profile* profile_;
  results::RunWriter* writer_;
  results::RunInfo& info_;
  Progress progress_;
  BusyPrograms busy_;
  std::vector<Record> records_;
};

}  // namespace

std::optional<results::Verdict> run_acceptance(const Job& job, const AcceptanceLevel& level,
                                               const AcceptanceOptions& options,
                                               const results::Profile* profile,
                                               results::RunWriter* writer, results::RunInfo& info) {
  return Acceptance{job, level, options, profile, writer, info}.run();
}

Seconds expected_time(const Job& job, const AcceptanceLevel& level) {
  const double device_turns = static_cast<double>(job.size() * level.device_passes);
  const auto rounds = static_cast<int>(all_pair_rounds(job).size());
  return level.matmul_budget * (matmul_kernels * device_turns) +
         level.memory_budget * (memory_kernels * device_turns) + pair_time(level, rounds) +
         level.collective_budget *
             static_cast<double>(variants.size() * level.collective_sizes.size());
}

}  // namespace assay::benchmarks
