#include "collectives/execution_trace.hpp"

#include <algorithm>

namespace assay::collectives {

namespace {

template <class Event>
std::size_t add(std::vector<LinkTrace<Event>>& traces, const Link& link) {
  const auto found = std::ranges::find(traces, link, &LinkTrace<Event>::link);
  if (found != traces.end()) return static_cast<std::size_t>(found - traces.begin());
  traces.push_back({.link = link, .events = {}});
  return traces.size() - 1;
}

template <class Event>
void reserve(std::vector<LinkTrace<Event>>& traces) {
  for (LinkTrace<Event>& trace : traces) trace.events.reserve(trace.messages);
}

template <class Event>
bool are_whole(const std::vector<LinkTrace<Event>>& traces) {
  return std::ranges::all_of(traces, &LinkTrace<Event>::is_whole);
}

}  // namespace

void ExecutionTrace::open(const RankPlan& plan, int rank) {
  *this = {};
  waits.resize(plan.size());
  for (std::size_t lane = 0; lane < plan.size(); ++lane) {
    const int number = static_cast<int>(lane);
    auto& links = steps.emplace_back();
    for (const Step& step : plan[lane].steps) {
      StepLinks& of_step = links.emplace_back();
      if (sends(step.action)) of_step.outgoing = add(outgoing, {rank, step.send_to, number});
      if (receives(step.action))
        of_step.incoming = add(incoming, {step.receive_from, rank, number});
    }
  }
}

void ExecutionTrace::make_room() {
  reserve(outgoing);
  reserve(incoming);
}

bool ExecutionTrace::is_whole() const { return are_whole(outgoing) && are_whole(incoming); }

}  // namespace assay::collectives
