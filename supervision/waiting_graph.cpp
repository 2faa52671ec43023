#include "supervision/waiting_graph.hpp"

#include <algorithm>
#include <limits>
#include <map>

namespace assay::supervision {

WaitingGraph::WaitingGraph(const std::vector<RankState>& ranks) : ranks_{ranks} {}

std::vector<int> WaitingGraph::awaited_by(int rank) const {
  const RankState& state = ranks_[static_cast<std::size_t>(rank)];
  const int count = static_cast<int>(ranks_.size());
  if (state.waiting_for >= 0 && state.waiting_for < count) return {state.waiting_for};
  std::vector<int> awaited;
  if (state.waiting_for != Heartbeat::everybody) return awaited;
  // In a barrier one waits for those who are not in it.
  for (const RankState& other : ranks_)
    if (other.waiting_for != Heartbeat::everybody && other.condition != Condition::done)
      awaited.push_back(other.rank);
  return awaited;
}

bool WaitingGraph::is_root(int rank) const {
  const RankState& state = ranks_[static_cast<std::size_t>(rank)];
  if (state.condition == Condition::done || state.phase == Heartbeat::Phase::finished) return false;
  const bool has_no_word = !state.answered || state.condition == Condition::unknown;
  return has_no_word || state.waiting_for == Heartbeat::nobody;
}

std::set<int> WaitingGraph::roots_behind(int rank) const {
  std::set<int> roots;
  std::set<int> seen{rank};
  std::vector<int> open = awaited_by(rank);
  while (!open.empty()) {
    const int next = open.back();
    open.pop_back();
    if (!seen.insert(next).second) continue;
    if (is_root(next)) {
      roots.insert(next);
      continue;
    }
    const auto more = awaited_by(next);
    open.insert(open.end(), more.begin(), more.end());
  }
  return roots;
}

std::vector<WaitingGraph::Root> WaitingGraph::roots() const {
  std::map<int, int> waiters;
  for (const RankState& state : ranks_) {
    if (is_root(state.rank)) {
      if (supervision::is_alarming(state.condition)) waiters.try_emplace(state.rank, 0);
    } else {
      for (const int root : roots_behind(state.rank)) ++waiters[root];
    }
  }
  std::vector<Root> roots;
  for (const auto& [rank, count] : waiters)
    roots.push_back(
        {rank, count, supervision::is_alarming(ranks_[static_cast<std::size_t>(rank)].condition)});
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
    if (state.waiting_for < 0 || state.waiting_for >= static_cast<int>(ranks_.size())) continue;
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
