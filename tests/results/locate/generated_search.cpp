#include <algorithm>
#include <ctime>

#include "generated_fabric.hpp"
#include "results/locate/first_look.hpp"

namespace assay::results::generated {

namespace {

LinkPart part_of(FaultKind kind) {
  switch (kind) {
    case FaultKind::node:
      return LinkPart::node;
    case FaultKind::nic:
      return LinkPart::nic;
    case FaultKind::path:
      return LinkPart::path;
    case FaultKind::fabric_switch:
      return LinkPart::fabric_switch;
    default:
      return LinkPart::uplink;
  }
}

double seconds_since(std::clock_t start) {
  return static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC;
}

}  // namespace

Settled settle(Network& network, const LocateOptions& options) {
  LinkMeasurements measured = network.measure();
  Settled settled;
  const std::clock_t at_first = std::clock();
  const FirstLook first = look_at_first(measured, options);
  const double looking = seconds_since(at_first);
  while (true) {
    const std::clock_t start = std::clock();
    settled.location = locate_after(first, measured, options);
    settled.seconds = std::max(settled.seconds, looking + seconds_since(start));
    if (settled.location.measure_again.empty()) return settled;
    ++settled.rounds;
    settled.repeated += settled.location.measure_again.size();
    measured.repeats.push_back(network.measure_again(settled.location.measure_again));
  }
}

bool is_exactly(const SlowPart& part, const Fault& fault, const LinkSpace& space) {
  const int peer = fault.kind == FaultKind::cable ? SlowPart::nobody : fault.peer;
  const int rail = space.rails == 1 ? SlowPart::all_rails : fault.rail;
  if (part.part != part_of(fault.kind) || part.rail != rail || part.direction != fault.direction)
    return false;
  if (part.subject == fault.subject && part.peer == peer) return true;
  return fault.direction == Direction::both && peer != SlowPart::nobody && part.subject == peer &&
         part.peer == fault.subject;
}

double share_alone(const Network& network, const Fault& fault) {
  const LinkSpace& space = network.space();
  double own = 0;
  double alone = 0;
  for (int rail = 0; rail < space.rails; ++rail)
    for (int from = 0; from < space.nodes; ++from)
      for (int to = 0; to < space.nodes; ++to) {
        const LinkId link{from, to, rail};
        if (from == to || !hits(fault, space, link)) continue;
        ++own;
        const bool shared = std::any_of(
            network.faults().begin(), network.faults().end(),
            [&](const Fault& other) { return &other != &fault && hits(other, space, link); });
        if (!shared) ++alone;
      }
  return own > 0 ? alone / own : 0;
}

bool has_a_reason(const SlowPart& part, const Network& network) {
  return std::any_of(part.evidence.begin(), part.evidence.end(), [&](const LinkId& link) {
    return std::any_of(network.faults().begin(), network.faults().end(),
                       [&](const Fault& fault) { return hits(fault, network.space(), link); });
  });
}

}  // namespace assay::results::generated
