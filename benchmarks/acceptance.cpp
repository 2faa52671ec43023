#include "benchmarks/acceptance.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>

#include "benchmarks/acceptance_links.hpp"
#include "benchmarks/agreed_suspicions.hpp"
#include "benchmarks/collective.hpp"
#include "benchmarks/device.hpp"
#include "benchmarks/gpu_sensors.hpp"
#include "benchmarks/hop_stages.hpp"
#include "benchmarks/matmul/digest.hpp"
#include "benchmarks/matmul/matmul.hpp"
#include "benchmarks/memory/memory.hpp"
#include "benchmarks/network_ports.hpp"
#include "benchmarks/network_watch.hpp"
#include "benchmarks/pair.hpp"
#include "benchmarks/pair_turns.hpp"
#include "benchmarks/recording.hpp"
#include "benchmarks/soak.hpp"
#include "benchmarks/telemetry.hpp"
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

constexpr int matmul_kernels = 2;
constexpr int memory_kernels = 4;

bool has(const std::vector<int>& ranks, int rank) {
  return std::ranges::find(ranks, rank) != ranks.end();
}

/// Everything one acceptance run keeps together.
class Acceptance {
 public:
  Acceptance(const Job& job, const AcceptanceLevel& level, const AcceptanceOptions& options,
             GpuPart& gpus, results::RunWriter* writer, const results::RunInfo& info)
      : job_{job},
        level_{level},
        options_{options},
        gpus_{gpus},
        pair_rounds_{pairs_within_hosts(job)},
        links_{search_of(job, level, options)},
        recording_{writer, info, options.quiet, expected_time(), job.size() > 1},
        telemetry_{job} {}

  std::optional<results::Verdict> run(const results::Profile* profile) {
    // In a simulation the processors are those of the machine that simulates.
    if (!options_.links_only) recording_.keep(telemetry_.inventory());
    if (!options_.links_only && !is_simulated()) {
      watched("matmul", [&] { measure_matmul(job_.everyone(), 0); });
      watched("memory", [&] { measure_memory(job_.everyone(), 0); });
      watched("digest", [&] { measure_digests(); });
      for (const GpuStage stage : gpus_.stages()) measure_gpus(stage, 0);
    }
    watched("pairs", [&] { measure_pairs(pair_rounds_, 0); });
    if (links_) watched("links", [&] { search_links(); });
    if (links_ && options_.hops && job_.size() >= ranks_with_hops) look_at_hops();
    if (!options_.links_only) watched("all_reduce", [&] { measure_all_reduce(); });
    for (int repeat = 1; repeat <= options_.judge.confirmations; ++repeat) confirm(repeat);
    if (level_.soaks) soak();
    recording_.finish();
    if (!recording_.is_here()) return std::nullopt;
    return results::judge(*recording_.run(), profile, options_.judge);
  }

 private:
  /// Measures with the sensors of all devices read beside it.
  template <class Stage>
  void watched(const std::string& name, Stage stage) {
    telemetry_.begin();
    stage();
    recording_.keep(telemetry_.end(name));
  }

  /// What the run is expected to take, without repeats.
  [[nodiscard]] Seconds expected_time() const {
    Seconds expected = pair_time(level_, static_cast<int>(pair_rounds_.size()));
    if (links_) expected = expected + links_->expected_time();
    if (options_.links_only) return expected;
    const double device_turns = static_cast<double>(job_.size() * level_.device_passes);
    if (level_.soaks) expected = expected + options_.soak;
    return expected + level_.matmul_budget * (matmul_kernels * device_turns) +
           level_.memory_budget * (memory_kernels * device_turns) +
           level_.collective_budget *
               static_cast<double>(variants.size() * level_.collective_sizes.size());
  }

  void measure_matmul(const std::vector<int>& ranks, int confirmation) {
    recording_.progress().stage(
        "matmul", level_.matmul_budget * static_cast<double>(matmul_kernels * turns(ranks)));
    DeviceKernels kernels;
    if (has(ranks, job_.rank())) {
      MatmulOptions matmul;
      matmul.slowdown = matmul_slowdown(job_.faults, job_.rank());
      matmul.corrupt = corrupts_matmul(job_.faults, job_.rank());
      kernels = make_matmul_kernels(matmul);
    }
    recording_.keep(
        measure_devices(job_, kernels, ranks, device_options(level_.matmul_budget, confirmation)));
  }

  void measure_memory(const std::vector<int>& ranks, int confirmation) {
    recording_.progress().stage(
        "memory", level_.memory_budget * static_cast<double>(memory_kernels * turns(ranks)));
    DeviceKernels kernels;
    if (has(ranks, job_.rank())) kernels = make_memory_kernels(memory_array_bytes(job_));
    recording_.keep(
        measure_devices(job_, kernels, ranks, device_options(level_.memory_budget, confirmation)));
  }

  void measure_digests() {
    recording_.progress().stage("bits of a product", {});
    recording_.keep(benchmarks::measure_digests(job_, {}));
  }

  void measure_gpus(GpuStage stage, int confirmation) {
    const std::string name{name_of(stage)};
    recording_.progress().stage(name, {});
    telemetry_.begin();
    auto records = gpus_.measure(
        stage, {options_.transport, level_.gpu_collective_sizes, options_.deadline, confirmation});
    auto beside = telemetry_.end(name);
    add_sensors(records, beside);
    recording_.keep(std::move(records));
    recording_.keep(std::move(beside));
  }

  void measure_pairs(const std::vector<PairRound>& rounds, int confirmation) {
    if (rounds.empty()) return;
    recording_.progress().stage(fmt::format("pairs of {} ranks", job_.size()),
                                pair_time(level_, static_cast<int>(rounds.size())));
    PairOptions pair;
    pair.transport = options_.transport;
    pair.sampler.budget = level_.pair_budget;
    pair.sampler.deadline = options_.deadline;
    pair.passes = pair_passes(level_, static_cast<int>(rounds.size()));
    pair.confirmation = confirmation;
    recording_.keep(benchmarks::measure_pairs(job_, rounds, pair));
  }

  void search_links() {
    recording_.keep(read_network_ports(job_));
    NetworkWatch watch;
    recording_.progress().stage("latencies between nodes", {});
    recording_.keep(links_->look_around());
    recording_.set_network(links_->network());
    recording_.progress().stage("links between nodes", links_->expected_time());
    recording_.keep(links_->first_round());
    recording_.keep(watch.records(job_));  // a carrier that was lost needs no repeats
    recording_.progress().stage("links that look slow, again", {});
    while (auto again = links_->settle(recording_.run())) recording_.keep(std::move(*again));
    recording_.keep(watch.records(job_));
    recording_.set_network(links_->network());
  }

  void look_at_hops() {
    auto network = links_->network();
    network.no_hops = reason_for_no_hops(job_, recording_.run());
    if (network.no_hops.empty())
      watched("hops", [&] { trace_hops(); });
    else
      recording_.set_network(network);
  }

  void trace_hops() {
    HopOptions hops;
    hops.transport = options_.transport;
    hops.deadline = options_.deadline;
    if (const auto rate = links_->probed_rate()) hops.size = size_of_hops(hops, *rate, job_.size());
    trace_hop_stages(job_, hops, recording_);
  }

  void soak() {
    SoakOptions soak;
    soak.duration = options_.soak;
    soak.transport = options_.transport;
    soak.deadline = options_.deadline;
    run_soak(job_, soak, gpus_, recording_, telemetry_);
  }

  void measure_all_reduce() {
    SamplerOptions sampler;
    sampler.budget = level_.collective_budget;
    sampler.deadline = options_.deadline;
    const Bytes largest{level_.collective_sizes.back()};
    for (CollectiveVariant variant : variants) {
      if (variant.implementation == "assay") variant.transport = options_.transport;
      recording_.progress().stage(
          fmt::format("all-reduce, {} {}", variant.implementation, variant.algorithm),
          level_.collective_budget * static_cast<double>(level_.collective_sizes.size()));
      CollectiveBenchmark benchmark{job_, variant, CollectiveTask{}, largest};
      for (const std::uint64_t size : level_.collective_sizes)
        recording_.keep({benchmark.measure({size}, false, sampler)});
    }
  }

  /// Measures what looks slow again, with its peers, on new buffers and connections.
  void confirm(int repeat) {
    const auto suspicions = agreed_suspicions(job_, recording_.run(), options_.judge);
    std::set<int> matmul;
    std::set<int> memory;
    std::set<int> ends;
    std::set<GpuStage> gpu_stages;
    for (const Suspicion& suspicion : suspicions) {
      if (const auto stage = stage_of(suspicion)) {
        gpu_stages.insert(*stage);
      } else if (suspicion.kind == Suspicion::Kind::pair) {
        ends.insert({suspicion.rank, suspicion.to_rank});
      } else {
        (suspicion.benchmark == "matmul" ? matmul : memory).insert(suspicion.rank);
      }
    }
    if (!matmul.empty()) {
      recording_.progress().extend(level_.matmul_budget *
                                   static_cast<double>(matmul_kernels * turns(job_.everyone())));
      measure_matmul(with_peers(job_, matmul), repeat);
    }
    if (!memory.empty()) {
      recording_.progress().extend(level_.memory_budget *
                                   static_cast<double>(memory_kernels * turns(job_.everyone())));
      measure_memory(with_peers(job_, memory), repeat);
    }
    for (const GpuStage stage : gpu_stages) measure_gpus(stage, repeat);
    if (!ends.empty()) {
      const auto rounds = rounds_among(pair_rounds_, with_peers(job_, ends));
      recording_.progress().extend(pair_time(level_, static_cast<int>(rounds.size())));
      measure_pairs(rounds, repeat);
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

  const Job& job_;
  const AcceptanceLevel& level_;
  const AcceptanceOptions& options_;
  GpuPart& gpus_;
  std::vector<PairRound> pair_rounds_;
  std::optional<LinkSearch> links_;
  Recording recording_;
  Telemetry telemetry_;
};

}  // namespace

void check_acceptance(const Job& job, const AcceptanceLevel& level,
                      const AcceptanceOptions& options) {
  static_cast<void>(search_of(job, level, options));
}

std::optional<results::Verdict> run_acceptance(const Job& job, const AcceptanceLevel& level,
                                               const AcceptanceOptions& options, GpuPart& gpus,
                                               const results::Profile* profile,
                                               results::RunWriter* writer,
                                               const results::RunInfo& info) {
  return Acceptance{job, level, options, gpus, writer, info}.run(profile);
}

}  // namespace assay::benchmarks
