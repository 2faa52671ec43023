#pragma once

#include <optional>
#include <string>
#include <vector>

#include "benchmarks/job.hpp"
#include "benchmarks/pair.hpp"
#include "benchmarks/rail_map.hpp"
#include "results/judge.hpp"
#include "results/network_info.hpp"
#include "results/run.hpp"
#include "topology/fabric.hpp"

namespace assay::benchmarks {

struct LinkSearchOptions {
  std::string transport = "auto";
  std::vector<std::string> nodes;          ///< host names that take part; empty: all of the job
  std::optional<topology::Fabric> fabric;  ///< absent: leaves are guessed from latencies
  /// Whether nodes with different numbers of ranks are refused; else the ranks that all have count.
  bool same_ranks = false;
  bool every_pair = false;    ///< also of more than `every_pair_up_to` nodes
  std::optional<Bytes> size;  ///< of a message; absent: what takes about `sample_span`, if that is
                              ///< not too long
  Seconds deadline{30.0};     ///< of one message
  Seconds turn{0.02};         ///< of one direction of a pair in one turn, at least
  int passes = 8;             ///< turns of every pair
  results::JudgeOptions judge;

  static constexpr int every_pair_up_to = 32;
  /// Of a sample: long against what is done between two of them, as pairs that share an uplink must
  /// load it all the time to show what it carries; short enough for many of them.
  static constexpr Seconds sample_span{0.02};
};

/// Measures the links between the hosts of a job until it is clear which of them are slow: every
/// pair (of few nodes), or a cover of all nodes and all meetings of leaves; then what looks slow
/// again, with sound partners. Rails are the network devices that the job was told to use, if there
/// are several; otherwise rank k of every host is its end on rail k. All members are collective
/// over the job; records are rank 0's, none elsewhere.
class LinkSearch {
 public:
  /// Throws  UsageError: as make_rail_map, or a node that the fabric does not contain.
  LinkSearch(const Job& job, LinkSearchOptions options);

  /// True where there is something to search: ranks on two hosts or more.
  [[nodiscard]] static bool applies(const Job& job);

  /// Measures latencies and guesses which nodes share a leaf, where no fabric says it. To be
  /// called first.
  [[nodiscard]] std::vector<results::Record> look_around();
  /// The nodes, their leaves and rails (final after `look_around`), and what was measured so far.
  [[nodiscard]] const results::NetworkInfo& network() const { return network_; }
  /// Every rail apart and, of several, all together.
  [[nodiscard]] std::vector<results::Record> first_round();
  /// Measures again what the records so far leave open; `run` is rank 0's, null elsewhere.
  /// Nothing once all is settled.
  [[nodiscard]] std::optional<std::vector<results::Record>> settle(const results::Run* run);

  /// Bytes per second of a link, about, as the first round probed it; absent where it did not. The
  /// same on all ranks.
  [[nodiscard]] std::optional<double> probed_rate() const { return probed_rate_; }

  /// What the first round is expected to take.
  [[nodiscard]] Seconds expected_time() const;

 private:
  void set_leaves(const topology::Leaves& leaves);
  [[nodiscard]] std::vector<topology::PairRound> schedule() const;
  [[nodiscard]] PairOptions pair_options(int rail) const;
  /// Of `rounds` of pairs, all of them `passes` times.
  [[nodiscard]] Seconds sweep_time(std::size_t rounds, int passes) const;
  /// Chooses message and number of messages in a sample, where the user has not.
  void choose_samples();
  std::vector<results::Record> measure_rails(const std::vector<topology::PairRound>& rounds,
                                             int confirmation);
  std::vector<results::Record> measure_together(const std::vector<topology::PairRound>& rounds,
                                                int confirmation);
  [[nodiscard]] std::optional<topology::Leaves> guess(
      const std::vector<results::Record>& latencies) const;

  const Job& job_;
  LinkSearchOptions options_;
  RailMap map_;
  std::vector<int> leaf_of_;  ///< by node
  results::NetworkInfo network_;
  std::optional<Bytes> size_;
  std::optional<double> probed_rate_;
  int messages_ = 1;  ///< in a row, in each sample
  int repeat_ = 0;
};

}  // namespace assay::benchmarks
