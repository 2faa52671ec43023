#include "supervision/description.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <set>

namespace assay::supervision {

namespace {

/// Of a large job the first few tell as much as all.
constexpr std::size_t evidence_at_most = 16;

std::string describe_wait(const RankState& state) {
  const std::string who = fmt::format("rank {} on {}", state.rank, state.host);
  const std::string where = describe_place(state);
  if (state.condition == Condition::unknown)
    return fmt::format("rank {} never joined the health channel", state.rank);
  if (!state.answered) return fmt::format("{} did not answer when asked{}", who, where);
  if (state.waiting_for >= 0)
    return fmt::format("{} waited for rank {}{}", who, state.waiting_for, where);
  return fmt::format("{} waited for all others{}", who, where);
}

/// Of those who waited when the end came, and of those from whom there is no word.
bool is_worth_telling(const RankState& state, int culprit) {
  if (state.condition == Condition::unknown || !state.answered) return true;
  const bool terminated = state.condition == Condition::terminated && state.rank != culprit;
  const bool could_wait = state.condition == Condition::sound || terminated ||
                          state.condition == Condition::overdue ||
                          state.condition == Condition::stalled;
  return could_wait && state.worker != WorkerState::stopped &&
         state.waiting_for != Heartbeat::nobody;
}

}  // namespace

std::string name(const RankState& state) {
  if (state.pid == 0) return fmt::format("rank {}", state.rank);
  return fmt::format("rank {} (pid {}) on {}", state.rank, state.pid, state.host);
}

std::string describe_place(const RankState& state) {
  if (state.benchmark.empty()) return "";
  std::string text = " during " + state.benchmark;
  if (state.lane > 0) text += fmt::format(", lane {}", state.lane);
  if (state.step >= 0) text += fmt::format(", step {}", state.step);
  return text;
}

std::string describe_end(const RankState& state) {
  if (state.worker == WorkerState::killed)
    return fmt::format("died: signal {} ({})", state.number, ::strsignal(state.number));
  return fmt::format("left in the middle with code {}", state.number);
}

std::string describe_absent(const std::vector<RankState>& ranks) {
  const auto is_absent = [](const RankState& state) {
    return state.condition == Condition::unknown;
  };
  const auto first = std::ranges::find_if(ranks, is_absent);
  if (first == ranks.end() || is_absent(ranks.front())) return "";
  const auto more = std::count_if(first + 1, ranks.end(), is_absent);
  const std::string others = more > 0 ? fmt::format(" and {} more", more) : "";
  return fmt::format("; rank {}{} never joined the health channel", first->rank, others);
}

std::string describe_links(const RankState& state) {
  return fmt::format("{}: {} since the job began", state.host, state.lost_links);
}

std::vector<std::string> describe_lost_links(const std::vector<RankState>& ranks) {
  std::vector<std::string> lines;
  std::set<std::string> told;
  for (const RankState& state : ranks) {
    if (state.lost_links.empty() || !told.insert(state.host).second) continue;
    if (lines.size() == evidence_at_most) {
      lines.emplace_back("and more hosts lost links");
      break;
    }
    lines.push_back(describe_links(state));
  }
  return lines;
}

std::vector<std::string> describe_waits(const std::vector<RankState>& ranks, int culprit) {
  std::vector<RankState> telling;
  for (const RankState& state : ranks)
    if (is_worth_telling(state, culprit)) telling.push_back(state);
  std::stable_partition(telling.begin(), telling.end(), [&](const RankState& state) {
    return state.waiting_for == culprit && culprit >= 0;
  });
  std::vector<std::string> lines;
  for (const RankState& state : telling) {
    if (lines.size() == evidence_at_most) {
      lines.push_back(fmt::format("and {} more ranks", telling.size() - lines.size()));
      break;
    }
    lines.push_back(describe_wait(state));
  }
  return lines;
}

}  // namespace assay::supervision
