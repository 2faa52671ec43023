#pragma once

#include <set>
#include <vector>

#include "supervision/rank_state.hpp"

namespace assay::supervision {

/// Which ranks hold up which: the edges are what each rank waits for. Pure.
class WaitingGraph {
 public:
  /// `ranks[r]` is rank r's state.
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
  [[nodiscard]] std::vector<int> awaited_by(int rank) const;
  [[nodiscard]] bool is_root(int rank) const;
  [[nodiscard]] std::set<int> roots_behind(int rank) const;

  const std::vector<RankState>& ranks_;
};

}  // namespace assay::supervision
