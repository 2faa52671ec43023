#include "supervision/waiting_graph.hpp"

#include <algorithm>
#include <limits>
#include <map>

namespace assay::supervision {

WaitingGraph::WaitingGraph(const std::vector<RankState>& ranks)
    : ranks_{ranks}, waiters_of_(ranks.size() + 1) {
  // In a barrier one waits for those who are not in it: by way of a node of its own, so that the
  // edges are as many as the ranks.
  const std::size_t barrier = ranks.size();
  for (std::size_t rank = 0; rank < ranks.size(); ++rank) {
    const int awaited = ranks[rank].waiting_for;
    if (is_root(ranks[rank])) {
      waiters_of_[rank].push_back(barrier);
    } else if (awaited == Heartbeat::everybody) {
      waiters_of_[barrier].push_back(rank);
    } else {
      if (ranks[rank].condition != Condition::done) waiters_of_[rank].push_back(barrier);
      if (exists(awaited)) waiters_of_[static_cast<std::size_t>(awaited)].push_back(rank);
    }
  }
}

bool WaitingGraph::exists(int rank) const {
  return rank >= 0 && rank < static_cast<int>(ranks_.size());
}

bool WaitingGraph::is_root(const RankState& state) {
  if (state.condition == Condition::done || state.phase == Heartbeat::Phase::finished) return false;
  const bool has_no_word = !state.answered || state.condition == Condition::unknown;
  return has_no_word || state.waiting_for == Heartbeat::nobody;
}

int WaitingGraph::count_waiters(int rank) const {
  std::vector<bool> seen(waiters_of_.size());
  std::vector<std::size_t> open{static_cast<std::size_t>(rank)};
  seen[open.back()] = true;
  int count = -1;  // itself
  while (!open.empty()) {
    const std::size_t next = open.back();
    open.pop_back();
    if (next < ranks_.size()) ++count;
    for (const std::size_t waiter : waiters_of_[next]) {
      if (!seen[waiter]) open.push_back(waiter);
      seen[waiter] = true;
    }
  }
  return count;
}

std::vector<WaitingGraph::Root> WaitingGraph::roots() const {
  std::vector<Root> roots;
  for (const RankState& state : ranks_) {
    if (!is_root(state)) continue;
    const Root root{state.rank, count_waiters(state.rank),
                    supervision::is_alarming(state.condition)};
    if (root.waiters > 0 || root.is_alarming) roots.push_back(root);
  }
  std::stable_sort(roots.begin(), roots.end(), [](const Root& a, const Root& b) {
    return a.waiters != b.waiters ? a.waiters > b.waiters : a.is_alarming && !b.is_alarming;
  });
  return roots;
}

int WaitingGraph::most_named() const {
  struct Named {
    int times = 0;
    int least_step = std::numeric_limits<int>::max();
  };
  std::map<int, Named> named;
  for (const RankState& state : ranks_) {
    if (!exists(state.waiting_for)) continue;
    Named& entry = named[state.waiting_for];
    ++entry.times;
    entry.least_step = std::min(entry.least_step, state.step);
  }
  const auto less = [](const auto& a, const auto& b) {
    if (a.second.times != b.second.times) return a.second.times < b.second.times;
    return a.second.least_step > b.second.least_step;
  };
  const auto most = std::max_element(named.begin(), named.end(), less);
  return most == named.end() ? -1 : most->first;
}

}  // namespace assay::supervision
