#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <random>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "results/judge.hpp"
#include "results/run.hpp"
#include "results/statistics.hpp"

namespace assay::results {

/// A cluster that never was, and the acceptance run it would have written: what the judge is tested
/// with. Speeds are shares of a sound part's.
struct SyntheticCluster {
  int ranks = 4;
  int ranks_per_host = 1;
  /// Of the samples of one record, log-normal.
  double sample_noise = 0.02;
  /// Of whole records: what a different placement or neighbour does for the time of a measurement.
  double record_noise = 0.005;
  /// Of turns: what slows the whole machine for the time of one, all parts alike.
  double turn_noise = 0.03;
  /// Share of the samples that something else makes up to three times as long.
  double disturbed_share = 0.1;
  bool notes_disturbances = false;  ///< records say which samples those were
  unsigned seed = 1;

  std::map<int, double> send = {};
  std::map<int, double> receive = {};
  std::map<std::pair<int, int>, double> path = {};
  std::map<int, double> matmul = {};
  std::map<int, double> memory = {};
  /// Faults that are there in the first measurement only, or (false) not in the second repeat.
  bool only_at_first = false;
  bool gone_in_second_repeat = false;

  std::set<int> corrupt_senders = {};
  std::set<int> corrupt_receivers = {};
  std::set<int> corrupt_matmul = {};
};

/// Makes the records. One object a run: the noise goes on from call to call.
class SyntheticRun {
 public:
  explicit SyntheticRun(SyntheticCluster cluster)
      : cluster_{std::move(cluster)}, random_{cluster_.seed} {
    run_.info.id = "synthetic";
    run_.info.verb = "accept";
    run_.info.level = "quick";
    run_.info.end = "2026-11-23T16:30:00Z";
    for (int rank = 0; rank < cluster_.ranks; ++rank) {
      RankIdentity identity;
      identity.rank = rank;
      identity.host = "n" + std::to_string(rank / cluster_.ranks_per_host);
      identity.processor = "Model X";
      identity.host_ranks = cluster_.ranks_per_host;
      run_.info.ranks.push_back(identity);
    }
  }

  /// The first measurement of everything, and the repeats that `suspicions` asks for.
  [[nodiscard]] Run accepted(int repeats = 2) {
    measure_everything();
    const auto suspicious = suspicions(run_);
    for (int repeat = 1; repeat <= repeats && !suspicious.empty(); ++repeat)
      measure_again(suspicious, repeat);
    return run_;
  }

  void measure_everything() {
    begin_round(0);
    devices(everyone(), "matmul");
    devices(everyone(), "memory");
    digests();
    pairs(everyone());
    collectives();
  }

  /// As the acceptance run does: the suspects with everyone where there are few, else with some.
  void measure_again(const std::vector<Suspicion>& suspicious, int repeat) {
    begin_round(repeat);
    std::map<std::string, std::set<int>> wanted;
    for (const auto& suspicion : suspicious) {
      wanted[suspicion.benchmark].insert(suspicion.rank);
      if (suspicion.to_rank >= 0) wanted[suspicion.benchmark].insert(suspicion.to_rank);
    }
    for (const auto& [benchmark, ranks] : wanted) {
      if (benchmark == "pair")
        pairs(with_peers(ranks));
      else
        devices(with_peers(ranks), benchmark);
    }
  }

  [[nodiscard]] Run& run() { return run_; }

 private:
  [[nodiscard]] std::set<int> everyone() const {
    std::set<int> ranks;
    for (int rank = 0; rank < cluster_.ranks; ++rank) ranks.insert(rank);
    return ranks;
  }
  [[nodiscard]] std::set<int> with_peers(std::set<int> ranks) const {
    constexpr int small_job = 8;
    constexpr std::size_t partners = 4;
    if (cluster_.ranks <= small_job) return everyone();
    const std::size_t wanted = ranks.size() + partners;
    for (int rank = 0; rank < cluster_.ranks && ranks.size() < wanted; ++rank) ranks.insert(rank);
    return ranks;
  }

  template <class Key>
  [[nodiscard]] double share(const std::map<Key, double>& speeds, const Key& key) const {
    if (cluster_.only_at_first && round_ > 0) return 1;
    if (cluster_.gone_in_second_repeat && round_ == 2) return 1;
    const auto found = speeds.find(key);
    return found == speeds.end() ? 1 : found->second;
  }

  /// The turns of all parts of a round see the machine in the same state.
  void begin_round(int round) {
    round_ = round;
    std::normal_distribution<double> of_turn{0, cluster_.turn_noise};
    for (double& factor : turn_factors_) factor = std::exp(std::abs(of_turn(random_)));
  }

  void sample(Record& record, double seconds) {
    constexpr int samples_a_turn = 6;
    std::normal_distribution<double> of_record{0, cluster_.record_noise};
    std::normal_distribution<double> of_sample{0, cluster_.sample_noise};
    std::bernoulli_distribution disturbed{cluster_.disturbed_share};
    std::uniform_real_distribution<double> longer{1, 3};
    const double centre = seconds * std::exp(of_record(random_));
    for (std::size_t turn = 0; turn < turn_factors_.size(); ++turn) {
      for (int i = 0; i < samples_a_turn; ++i) {
        const bool is_disturbed = disturbed(random_);
        const double slowed = is_disturbed ? longer(random_) : 1.0;
        if (cluster_.notes_disturbances) record.disturbed.push_back(is_disturbed ? 1 : 0);
        record.samples_s.push_back(centre * turn_factors_[turn] * slowed *
                                   std::exp(of_sample(random_)));
      }
      record.passes.push_back(samples_a_turn);
    }
    record.median_s = median(record.samples_s);
    const auto interval = median_interval(record.samples_s);
    record.interval_s = {interval.low, interval.high};
    record.fast_s = fast_side(record.samples_s, record.disturbed);
    record.wrong = 0;
    record.confirmation = round_;
  }

  void devices(const std::set<int>& ranks, const std::string& benchmark) {
    static constexpr double flop = 2.0 * 512 * 512 * 512;
    const bool is_matmul = benchmark == "matmul";
    const std::vector<std::string> variants =
        is_matmul ? std::vector<std::string>{"openblas", "assay"}
                  : std::vector<std::string>{"copy", "scale", "add", "triad"};
    for (const auto& variant : variants) {
      for (const int rank : ranks) {
        Record record;
        record.benchmark = benchmark;
        record.implementation = is_matmul ? variant : "assay";
        if (!is_matmul) record.algorithm = variant;
        record.dtype = is_matmul ? "float32" : "float64";
        record.size_bytes = 64 << 20;
        record.rank = rank;
        record.host = run_.info.ranks[static_cast<std::size_t>(rank)].host;
        record.device = "cpu";
        sample(record, 0.005 / share(is_matmul ? cluster_.matmul : cluster_.memory, rank));
        if (is_matmul)
          record.rate_flop_per_s = flop / *record.median_s;
        else
          record.algorithm_bandwidth_bytes_per_s =
              static_cast<double>(*record.size_bytes) / *record.median_s;
        if (is_matmul && cluster_.corrupt_matmul.count(rank) > 0) record.wrong = 3;
        run_.records.push_back(std::move(record));
      }
    }
  }

  void digests() {
    for (const int rank : everyone()) {
      Record record;
      record.benchmark = "digest";
      record.implementation = "assay";
      record.shape = "256x256x256";
      record.rank = rank;
      record.host = run_.info.ranks[static_cast<std::size_t>(rank)].host;
      record.device = "cpu";
      record.samples_s = {0.001};
      record.digest = "85944171f73967e8";
      record.counters = {{"repeats", 20}, {"deviating", 0}};
      record.wrong = 0;
      run_.records.push_back(std::move(record));
    }
  }

  void pairs(const std::set<int>& ranks) {
    for (const int from : ranks) {
      for (const int to : ranks) {
        if (from == to) continue;
        Record record;
        record.benchmark = "pair";
        record.implementation = "assay";
        record.transport = cluster_.ranks_per_host > 1 ? "shared_memory" : "mpi";
        record.size_bytes = 1 << 20;
        record.from_rank = from;
        record.to_rank = to;
        record.from = run_.info.ranks[static_cast<std::size_t>(from)].host;
        record.to = run_.info.ranks[static_cast<std::size_t>(to)].host;
        const bool within_host = record.from == record.to;
        const double speed = std::min({share(cluster_.send, from), share(cluster_.receive, to),
                                       share(cluster_.path, std::pair{from, to})});
        sample(record, (within_host ? 1e-4 : 1e-3) / speed);
        record.algorithm_bandwidth_bytes_per_s =
            static_cast<double>(*record.size_bytes) / *record.median_s;
        if (cluster_.corrupt_senders.count(from) > 0 || cluster_.corrupt_receivers.count(to) > 0) {
          record.wrong = 5;
          record.first_wrong = WrongValue{to, 17, "0.5", "0.25"};
        }
        run_.records.push_back(std::move(record));
      }
    }
  }

  void collectives() {
    const bool corrupt = !cluster_.corrupt_senders.empty() && cluster_.ranks > 1;
    for (const auto& [implementation, algorithm] :
         {std::pair{"assay", "ring"}, std::pair{"assay", "tree"}, std::pair{"mpi", "default"}}) {
      Record record;
      record.benchmark = "all_reduce";
      record.implementation = implementation;
      record.algorithm = algorithm;
      record.dtype = "float32";
      record.size_bytes = 1 << 20;
      record.ranks = cluster_.ranks;
      sample(record, 1e-3);
      record.bus_bandwidth_bytes_per_s = static_cast<double>(*record.size_bytes) / *record.median_s;
      if (corrupt && record.implementation == "assay") {
        record.wrong = 4;
        record.first_wrong = WrongValue{0, 9, "1.5", "2.5"};
      }
      run_.records.push_back(std::move(record));
    }
  }

  SyntheticCluster cluster_;
  std::mt19937 random_;
  Run run_;
  int round_ = 0;
  std::array<double, 16> turn_factors_{};
};

/// The verdict of the run that `cluster` would have left.
[[nodiscard]] inline Verdict accepted(const SyntheticCluster& cluster,
                                      const Profile* profile = nullptr) {
  return judge(SyntheticRun{cluster}.accepted(), profile);
}

/// What a verdict says, in lines, for messages of failed tests.
inline std::string told(const Verdict& verdict) {
  std::string text = "verdict " + std::string{name_of(verdict.verdict)} + "\n";
  for (const auto& check : verdict.checks)
    if (check.status != Status::pass)
      text += "  " + check.name + " " + check.subject + " " + std::string{name_of(check.status)} +
              ": " + check.reason + "\n";
  for (const auto& suspect : verdict.suspects) {
    text += "  suspect " + suspect.kind + " " + suspect.name + " " +
            suspect.direction.value_or("-") + " " + suspect.peer.value_or("-") + " " +
            suspect.layer + "\n";
    for (const auto& line : suspect.evidence) text += "    " + line + "\n";
  }
  return text;
}

}  // namespace assay::results
