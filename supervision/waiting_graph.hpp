#pragma once

#include <cstddef>
#include <vector>

#include "supervision/rank_state.hpp"

namespace assay::supervision {

/// Which ranks hold up which: the edges are what each rank waits for. Pure.
class WaitingGraph {
 public:
  /// `ranks[r]` is rank r's state; it is borrowed.
  explicit WaitingGraph(const std::vector<RankState>& ranks);

  /// Ranks that hold others up and wait for nobody themselves (or have nothing to say), with how
  /// many wait for them in the end; an overdue rank that waits for nobody is one even alone.
  /// Most waited for first; among equals those with an alarm of their own.
  struct Root {
    int rank = -1;
    int waiters = 0;
    bool is_alarming = false;
    [[nodiscard]] bool as_likely_as(const Root& other) const noexcept {
      return waiters == other.waiters && is_alarming == other.is_alarming;
    }
  };
  [[nodiscard]] std::vector<Root> roots() const;

  /// For want of roots: the rank that most others name; among equals the one whose waiter has come
  /// least far in its plan. -1 if nobody names a rank.
  [[nodiscard]] int most_named() const;

 private:
  [[nodiscard]] bool exists(int rank) const;
  [[nodiscard]] static bool is_root(const RankState& state);
  [[nodiscard]] int count_waiters(int rank) const;

  const std::vector<RankState>& ranks_;
  /// Who waits for each rank directly; the last entry is the barrier's.
  std::vector<std::vector<std::size_t>> waiters_of_;
};

}  // namespace assay::supervision
