#include "collectives/device/verdict.hpp"

namespace assay::collectives::device {

namespace {

/// The greater, the more it says.
int weight(const LaneVerdict& verdict) {
  constexpr int waited_for_a_peer = 1;
  constexpr int timed_out = 2;
  if (verdict.cause == LaneVerdict::Cause::none) return -1;
  return (verdict.cause == LaneVerdict::Cause::timed_out ? timed_out : 0) +
         (verdict.waiting_for != LaneVerdict::own_lane ? waited_for_a_peer : 0);
}

}  // namespace

ExecutionStatus status_of(std::span<const LaneVerdict> verdicts) {
  int heaviest = -1;
  ExecutionStatus status;
  for (std::size_t lane = 0; lane < verdicts.size(); ++lane) {
    const LaneVerdict& verdict = verdicts[lane];
    if (weight(verdict) <= heaviest) continue;
    heaviest = weight(verdict);
    status = TimedOut{verdict.waiting_for, static_cast<int>(lane), verdict.step};
  }
  return status;
}

}  // namespace assay::collectives::device
