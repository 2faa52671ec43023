#include "supervision/diagnosis.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <functional>

#include "supervision/description.hpp"
#include "supervision/waiting_graph.hpp"

namespace assay::supervision {

namespace {

using Cause = ProcessFailure::Cause;
using Matches = std::function<bool(const RankState&)>;

/// Of those that match, the one whose alarm came first.
const RankState* first_of(const std::vector<RankState>& ranks, const Matches& matches) {
  const RankState* found = nullptr;
  for (const RankState& state : ranks) {
    if (!matches(state)) continue;
    const bool earlier =
        found == nullptr || (state.alarm_order != 0 &&
                             (found->alarm_order == 0 || state.alarm_order < found->alarm_order));
    if (earlier) found = &state;
  }
  return found;
}

bool has(const RankState& state, Condition condition) { return state.condition == condition; }

/// A worker that gave up by itself has said why on standard error: its code says more than ours.
ExitCode code_for(const RankState& culprit) {
  const bool left = culprit.condition == Condition::died && culprit.worker == WorkerState::exited;
  const int last = static_cast<int>(ExitCode::verdict_inconclusive);
  if (left && culprit.number > 0 && culprit.number <= last)
    return static_cast<ExitCode>(culprit.number);
  return ExitCode::deadline;
}

class Diagnosis {
 public:
  explicit Diagnosis(const std::vector<RankState>& ranks)
      : ranks_{ranks}, asked_{first_of(ranks, [](const RankState& state) {
          return state.asked_to_end;
        })} {}

  [[nodiscard]] ProcessFailure make() const {
    if (const auto* rank = killed()) return blame(Cause::died, *rank, describe_death(*rank));
    // A worker that is stopped when another alarm comes has been so for the shorter of the two.
    const auto* stopped = first_of(
        ranks_, [](const RankState& state) { return state.worker == WorkerState::stopped; });
    if (stopped != nullptr && (asked_ == nullptr || has(*stopped, Condition::stopped)))
      return blame(Cause::stopped, *stopped,
                   fmt::format("{} was stopped{}", name(*stopped), place(*stopped)));
    if (const auto* rank = first(Condition::lost))
      return blame(Cause::died, *rank,
                   fmt::format("the processes of rank {} on {} vanished{}", rank->rank, rank->host,
                               place(*rank)));
    if (const auto* rank = first(Condition::died))
      return blame(Cause::died, *rank, describe_death(*rank));
    if (const auto* rank = cut_off(); rank != nullptr && is_held_up()) return blame_link(*rank);
    if (const auto* rank = first(Condition::silent))
      return blame(Cause::silent, *rank,
                   fmt::format("the processes of rank {} on {} fell silent{}", rank->rank,
                               rank->host, place(*rank)));
    if (const auto* rank = first(Condition::lingering))
      return blame(Cause::overdue, *rank,
                   fmt::format("{} finished its work but did not end", name(*rank)));
    if (first(Condition::overdue) != nullptr || first(Condition::stalled) != nullptr)
      return overdue();
    return interrupted();
  }

 private:
  /// Some rank waited for another one for too long, or hears nothing of it.
  [[nodiscard]] bool is_held_up() const {
    return first(Condition::silent) != nullptr || first(Condition::overdue) != nullptr ||
           first(Condition::stalled) != nullptr;
  }

  /// The first rank of the only host that lost a link, if there is just one, and another host that
  /// its messages had to go to.
  [[nodiscard]] const RankState* cut_off() const {
    const RankState* found = nullptr;
    for (const RankState& state : ranks_) {
      if (state.lost_links.empty()) continue;
      if (found != nullptr && found->host != state.host) return nullptr;
      if (found == nullptr) found = &state;
    }
    const auto is_peer = [&](const RankState& state) {
      return !state.host.empty() && state.host != found->host;
    };
    return found != nullptr && std::ranges::any_of(ranks_, is_peer) ? found : nullptr;
  }

  [[nodiscard]] ProcessFailure blame_link(const RankState& cut_off) const {
    ProcessFailure failure = blame(Cause::cut_off, cut_off, "");
    failure.text = fmt::format("the ranks waited for each other in vain{}; {}", place(cut_off),
                               describe_links(cut_off));
    failure.evidence = describe_waits(ranks_, cut_off.rank);
    return failure;
  }

  [[nodiscard]] const RankState* first(Condition condition) const {
    return first_of(ranks_, [&](const RankState& state) { return has(state, condition); });
  }

  [[nodiscard]] const RankState* killed() const {
    return first_of(ranks_, [&](const RankState& state) {
      return state.worker == WorkerState::killed &&
             (has(state, Condition::died) ||
              (has(state, Condition::terminated) && asked_ == nullptr));
    });
  }

  [[nodiscard]] ProcessFailure blame(Cause cause, const RankState& culprit,
                                     std::string text) const {
    ProcessFailure failure;
    failure.cause = cause;
    failure.rank = culprit.rank;
    failure.host = culprit.host;
    failure.text = std::move(text);
    failure.code = code_for(culprit);
    const RankState& where = place_of(culprit);
    failure.benchmark = where.benchmark;
    failure.lane = where.lane;
    failure.step = where.step;
    failure.evidence = evidence(culprit.rank);
    return failure;
  }

  /// Where it was, or, if that is not known, where it was waited for.
  [[nodiscard]] const RankState& place_of(const RankState& culprit) const {
    if (culprit.step >= 0) return culprit;
    const auto* waiter = first_of(ranks_, [&](const RankState& state) {
      return state.waiting_for == culprit.rank && state.step >= 0 &&
             (culprit.benchmark.empty() || state.benchmark == culprit.benchmark);
    });
    return waiter == nullptr ? culprit : *waiter;
  }
  [[nodiscard]] std::string place(const RankState& culprit) const {
    return describe_place(place_of(culprit));
  }
  [[nodiscard]] std::string describe_death(const RankState& culprit) const {
    return fmt::format("{} {}{}", name(culprit), describe_end(culprit), place(culprit));
  }

  [[nodiscard]] ProcessFailure overdue() const {
    const WaitingGraph graph{ranks_};
    const auto roots = graph.roots();
    if (!roots.empty()) {
      const RankState& root = at(roots[0].rank);
      const bool has_spoken = root.answered && !has(root, Condition::unknown);
      ProcessFailure failure =
          blame(has_spoken ? Cause::overdue : Cause::silent, root,
                has_spoken ? describe_overdue(root, roots[0].waiters) : describe_silence(root));
      failure.is_guess = roots.size() > 1 && roots[1].as_likely_as(roots[0]);
      return failure;
    }
    return guess(graph.most_named());
  }

  [[nodiscard]] std::string describe_overdue(const RankState& root, int waiters) const {
    if (waiters == 0)
      return fmt::format("{} did not finish before the deadline{}", name(root), place(root));
    return fmt::format("{} kept {} past the deadline{}", name(root),
                       waiters == 1 ? "another rank waiting" : "the others waiting", place(root));
  }

  [[nodiscard]] std::string describe_silence(const RankState& root) const {
    if (has(root, Condition::unknown))
      return fmt::format("rank {} kept others waiting and never joined the health channel{}",
                         root.rank, place(root));
    return fmt::format("rank {} on {} fell silent{}", root.rank, root.host, place(root));
  }

  [[nodiscard]] ProcessFailure guess(int rank) const {
    const auto* witness = first(Condition::overdue);
    if (witness == nullptr) witness = first(Condition::stalled);
    ProcessFailure failure = blame(Cause::overdue, rank < 0 ? *witness : at(rank), "");
    failure.is_guess = true;
    failure.text = fmt::format("the deadline passed while the ranks waited for each other{}",
                               describe_place(rank < 0 ? *witness : place_of(at(rank))));
    if (rank >= 0) {
      failure.text += fmt::format("; {} is the likeliest cause (a guess)", name(at(rank)));
    } else {
      failure.rank = -1;
      failure.host.clear();
    }
    return failure;
  }

  [[nodiscard]] ProcessFailure interrupted() const {
    ProcessFailure failure;
    failure.cause = Cause::interrupted;
    failure.code = ExitCode::verdict_inconclusive;
    const RankState& rank = asked_ == nullptr ? ranks_.front() : *asked_;
    failure.benchmark = rank.benchmark;
    failure.lane = rank.lane;
    failure.step = rank.step;
    failure.text =
        fmt::format("interrupted: asked to end{}{}", describe_place(rank), describe_absent(ranks_));
    failure.evidence = evidence(-1);
    return failure;
  }

  [[nodiscard]] std::vector<std::string> evidence(int culprit) const {
    auto lines = describe_lost_links(ranks_);
    const auto waits = describe_waits(ranks_, culprit);
    lines.insert(lines.end(), waits.begin(), waits.end());
    return lines;
  }
  [[nodiscard]] const RankState& at(int rank) const {
    return ranks_[static_cast<std::size_t>(rank)];
  }

  const std::vector<RankState>& ranks_;
  const RankState* asked_;
};

}  // namespace

ProcessFailure diagnose(const std::vector<RankState>& ranks) {
  ProcessFailure failure = Diagnosis{ranks}.make();
  for (const RankState& state : ranks) failure.hosts.push_back(state.host);
  return failure;
}

}  // namespace assay::supervision
