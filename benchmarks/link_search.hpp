#pragma once

#include <optional>
#include <string>
#include <vector>

#include "benchmarks/job.hpp"
#include "benchmarks/pair.hpp"
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
  /// Throws  UsageError: fewer than two nodes, a node that is not in the job, not one rank for each
  ///         rail on every node, a node that the fabric does not contain.
  LinkSearch(const Job& job, LinkSearchOptions options);

  /// True where there is something to search: ranks on two hosts or more.
  [[nodiscard]] static bool applies(const Job& job);

  /// Measures latencies and guesses which nodes share a leaf, where no fabric says it. To be
  /// called first.
  [[nodiscard]] std::vector<results::Record> look_around();
  /// The nodes, their leaves and rails. Final after `look_around`.
  [[nodiscard]] const results::NetworkInfo& network() const { return network_; }
  /// Every rail apart and, of several, all together.
  [[nodiscard]] std::vector<results::Record> first_round();
  /// Measures again what the records so far leave open; `run` is rank 0's, null elsewhere.
  /// Nothing once all is settled.
  [[nodiscard]] std::optional<std::vector<results::Record>> settle(const results::Run* run);

  /// What the first round is expected to take.
  [[nodiscard]] Seconds expected_time() const;
  /// Rounds of disjoint pairs measured so far, repeats included, each counted once.
  [[nodiscard]] int rounds() const { return rounds_; }
  /// Why all rails together were left out, where they were.
  [[nodiscard]] const std::string& why_not_together() const { return why_not_together_; }

 private:
  [[nodiscard]] int node_count() const { return static_cast<int>(hosts_.size()); }
  [[nodiscard]] int rails() const { return static_cast<int>(rank_of_.front().size()); }
  [[nodiscard]] int rank(int node, int rail) const {
    return rank_of_[static_cast<std::size_t>(node)][static_cast<std::size_t>(rail)];
  }
  /// Of a rank that is the end of one rail.
  [[nodiscard]] std::size_t rail_of(int rank) const;
  void choose_nodes();
  void choose_rails();
  void name_devices(const std::vector<std::string>& devices);
  void set_leaves(const topology::Leaves& leaves);
  [[nodiscard]] std::vector<topology::PairRound> schedule() const;
  /// Rounds of nodes as rounds of the ranks on one rail.
  [[nodiscard]] std::vector<topology::PairRound> on_rail(
      const std::vector<topology::PairRound>& rounds, int rail) const;
  [[nodiscard]] PairOptions pair_options(int rail) const;
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
  std::vector<int> hosts_;                 ///< by node: the job's host
  std::vector<std::string> names_;         ///< by node
  std::vector<std::vector<int>> rank_of_;  ///< by node and rail
  std::vector<int> leaf_of_;               ///< by node
  results::NetworkInfo network_;
  std::optional<Bytes> size_;
  int messages_ = 1;  ///< in a row, in each sample
  std::string why_not_together_;
  int repeat_ = 0;
  int rounds_ = 0;
};

}  // namespace assay::benchmarks
