#pragma once

#include <array>
#include <cmath>
#include <map>
#include <random>
#include <string>
#include <tuple>
#include <utility>

#include "results/run.hpp"
#include "results/statistics.hpp"
#include "tests/results/synthetic_run.hpp"

namespace assay::results {

/// GPUs that never were, a rank each, and what an acceptance run would have written of them. Speeds
/// are shares of a sound part's.
struct SyntheticGpus {
  int hosts = 2;
  int per_host = 4;
  bool joined_by_switch = true;       ///< by NVLinks that end at the same switch; else by PCI
  std::map<int, double> matmul = {};  ///< by rank
  std::map<int, double> host_copies = {};
  std::map<int, double> latency = {};                  ///< of memory
  std::map<int, double> works = {};                    ///< on its peers' memory
  std::map<std::pair<int, int>, double> between = {};  ///< ranks of one host
  double own_sum = 0;     ///< bus bandwidth over a sound link's rate; 0: not measured
  double vendor_sum = 0;  ///< the same of NCCL's; 0: 0.8, a little below what links do
  int repeats = 2;        ///< that were made of everything
  unsigned seed = 1;
};

class SyntheticGpuRun {
 public:
  explicit SyntheticGpuRun(SyntheticGpus gpus)
      : gpus_{std::move(gpus)}, random_{gpus_.seed}, run_{hosts().accepted()} {
    for (auto& identity : run_.info.ranks) identity.gpus = {device(identity.rank)};
    for (const auto& identity : run_.info.ranks) add_inventory(identity.rank);
    for (round_ = 0; round_ <= gpus_.repeats; ++round_)
      for (const auto& identity : run_.info.ranks) add_measurements(identity.rank);
    for (const auto& identity : run_.info.ranks) add_digest(identity.rank);
    add_sums();
  }

  [[nodiscard]] Run& run() { return run_; }

 private:
  [[nodiscard]] SyntheticRun hosts() const {
    SyntheticCluster cluster;
    cluster.ranks = gpus_.hosts * gpus_.per_host;
    cluster.ranks_per_host = gpus_.per_host;
    return SyntheticRun{cluster};
  }
  [[nodiscard]] std::string host(int rank) const {
    return "n" + std::to_string(rank / gpus_.per_host);
  }
  [[nodiscard]] std::string device(int rank) const {
    return "gpu" + std::to_string(rank % gpus_.per_host);
  }
  template <class Key>
  [[nodiscard]] static double share(const std::map<Key, double>& speeds, const Key& key) {
    const auto found = speeds.find(key);
    return found == speeds.end() ? 1 : found->second;
  }

  Record of_gpu(int rank, const std::string& benchmark, const std::string& algorithm) {
    Record record;
    record.benchmark = benchmark;
    record.implementation = "assay";
    record.algorithm = algorithm;
    record.memory = "device";
    record.host = host(rank);
    record.device = device(rank);
    record.confirmation = round_;
    return record;
  }

  void sample(Record& record, double seconds) {
    constexpr int turns = 6;
    constexpr int samples_a_turn = 6;
    constexpr double noise = 0.004;
    std::normal_distribution<double> of_sample{0, noise};
    for (int turn = 0; turn < turns; ++turn) {
      for (int i = 0; i < samples_a_turn; ++i)
        record.samples_s.push_back(seconds * std::exp(of_sample(random_)));
      record.passes.push_back(samples_a_turn);
    }
    record.median_s = median(record.samples_s);
    const auto interval = median_interval(record.samples_s);
    record.interval_s = {interval.low, interval.high};
    record.fast_s = fast_side(record.samples_s, {});
    record.wrong = 0;
  }
  void keep(Record record) { run_.records.push_back(std::move(record)); }

  void add_inventory(int rank) {
    Record record = of_gpu(rank, "inventory", "");
    record.algorithm.reset();
    record.memory = "host";
    record.report.facts["name"] = "Made-up GPU";
    record.report.facts["pci"] = "00000000:0" + std::to_string(rank % gpus_.per_host) + ":00.0";
    if (gpus_.joined_by_switch)
      record.report.facts["nvlink0"] = "up, version 4, to 00000000:F0:00.0";
    keep(std::move(record));
  }

  void add_measurements(int rank) {
    constexpr std::uint64_t bytes = 1 << 30;
    Record matmul = of_gpu(rank, "matmul", "persistent");
    matmul.rank = rank;
    matmul.dtype = "bfloat16";
    sample(matmul, 2e-3 / share(gpus_.matmul, rank));
    matmul.rate_flop_per_s = 1e12 / *matmul.median_s;
    keep(std::move(matmul));
    for (const char* way : {"copy", "read", "write"}) add_rate(rank, "memory", way, bytes, 1e-3);
    for (const char* way : {"host_to_device", "device_to_host", "both_ways", "kernel_to_device",
                            "kernel_to_host", "kernel_both_ways"})
      add_rate(rank, "copy", way, bytes, 2e-2 / share(gpus_.host_copies, rank));
    Record load = of_gpu(rank, "memory", "latency");
    load.rank = rank;
    load.size_bytes = 128;
    sample(load, 6e-7 / share(gpus_.latency, rank));
    keep(std::move(load));
    const int first = rank / gpus_.per_host * gpus_.per_host;
    for (int peer = first; peer < first + gpus_.per_host; ++peer)
      if (peer != rank) add_copies(rank, peer);
  }

  void add_rate(int rank, const char* benchmark, const char* way, std::uint64_t bytes,
                double seconds) {
    Record record = of_gpu(rank, benchmark, way);
    record.rank = rank;
    record.size_bytes = bytes;
    sample(record, seconds);
    record.algorithm_bandwidth_bytes_per_s = static_cast<double>(bytes) / *record.median_s;
    keep(std::move(record));
  }

  void add_copies(int rank, int peer) {
    const double speed =
        std::min(share(gpus_.works, rank), share(gpus_.between, std::pair{rank, peer}));
    for (const char* way : {"one_way", "both_ways", "read", "write", "latency"}) {
      const bool is_latency = std::string{way} == "latency";
      Record record = of_gpu(rank, "peer_copy", way);
      record.peer = device(peer);
      record.size_bytes = is_latency ? 128 : 1 << 29;
      sample(record, (is_latency ? 1e-6 : 1e-3) / speed);
      if (!is_latency)
        record.algorithm_bandwidth_bytes_per_s =
            static_cast<double>(*record.size_bytes) / *record.median_s;
      keep(std::move(record));
    }
  }

  void add_digest(int rank) {
    round_ = 0;
    Record record = of_gpu(rank, "digest", "register_blocked");
    record.rank = rank;
    record.samples_s = {1e-3};
    record.counters = {{"repeats", 20}, {"deviating", 0}};
    record.wrong = 0;
    keep(std::move(record));
  }

  void add_sum(Record sum, const char* implementation, const char* algorithm, double share) {
    constexpr double link_rate = (1 << 29) / 1e-3;  // as of peer copies
    sum.implementation = implementation;
    sum.algorithm = algorithm;
    sum.size_bytes = 1 << 30;
    const double moved = 2.0 * (*sum.ranks - 1) / *sum.ranks * static_cast<double>(*sum.size_bytes);
    sample(sum, moved / (share * link_rate));
    sum.bus_bandwidth_bytes_per_s = moved / *sum.median_s;
    keep(std::move(sum));
  }

  /// By NCCL and, where wanted, by ours; and a way of ours that they have not.
  void add_sums() {
    Record record;
    record.benchmark = "all_reduce";
    record.memory = "device";
    record.ranks = gpus_.hosts * gpus_.per_host;
    const double usual = 0.8;
    add_sum(record, "nccl", "default", gpus_.vendor_sum > 0 ? gpus_.vendor_sum : usual);
    if (gpus_.own_sum > 0) add_sum(record, "assay", "ring", gpus_.own_sum);
    record.implementation = "assay";
    record.algorithm = "nvls";
    record.report.facts["left_out"] = "no switch sums here";
    keep(std::move(record));
  }

  SyntheticGpus gpus_;
  std::mt19937 random_;
  Run run_;
  int round_ = 0;
};

}  // namespace assay::results
