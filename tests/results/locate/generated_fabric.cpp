#include "generated_fabric.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <set>

#include "core/error.hpp"

namespace assay::results::generated {

namespace {

constexpr double sound_rate = 2.5e10;  // of a 200 Gbit/s rail
constexpr double least_disturbance = 0.05;
constexpr double most_disturbance = 0.20;

struct KindName {
  FaultKind kind;
  std::string_view name;
};
constexpr std::array kinds{
    KindName{FaultKind::node, "node"},           KindName{FaultKind::nic, "nic"},
    KindName{FaultKind::path, "path"},           KindName{FaultKind::uplink, "uplink"},
    KindName{FaultKind::leaf_pair, "leaf_pair"}, KindName{FaultKind::cable, "cable"},
    KindName{FaultKind::fabric_switch, "switch"}};

int leaf_at(const LinkSpace& space, int node) {
  return space.leaf_of[static_cast<std::size_t>(node)];
}

bool sends(const Fault& fault) { return fault.direction != Direction::receive; }
bool receives(const Fault& fault) { return fault.direction != Direction::send; }

/// Either way of a fault between two places.
bool between(const Fault& fault, int from, int to) {
  return (from == fault.subject && to == fault.peer) ||
         (fault.direction == Direction::both && from == fault.peer && to == fault.subject);
}

/// True where the fault may slow links that the node sends on.
bool starts_at(const Fault& fault, const LinkSpace& space, int from) {
  const int leaf = leaf_at(space, from);
  switch (fault.kind) {
    case FaultKind::node:
    case FaultKind::nic:
      return receives(fault) || from == fault.subject;
    case FaultKind::path:
      return from == fault.subject || from == fault.peer;
    case FaultKind::leaf_pair:
      return leaf == fault.subject || leaf == fault.peer;
    case FaultKind::cable:
      return leaf == fault.subject;
    case FaultKind::uplink:
    case FaultKind::fabric_switch:
      return true;
  }
  return true;
}

LinkSpace space_of(const Shape& shape) {
  LinkSpace space;
  space.nodes = shape.nodes;
  space.rails = shape.rails;
  const int leaf_size = shape.leaf_size > 0 ? shape.leaf_size : shape.nodes;
  for (int node = 0; node < shape.nodes; ++node) space.leaf_of.push_back(node / leaf_size);
  space.leaves = space.leaf_of.back() + 1;
  return space;
}

/// Distances around a ring of `count` to the partners that each has.
std::set<int> distances(int count, int partners, Mixer& random) {
  std::set<int> found;
  while (static_cast<int>(found.size()) < std::min(partners, count - 1))
    found.insert(std::uniform_int_distribution{1, count - 1}(random));
  return found;
}

}  // namespace

bool hits(const Fault& fault, const LinkSpace& space, const LinkId& link) {
  if (fault.rail != SlowPart::all_rails && fault.rail != link.rail) return false;
  const int from_leaf = leaf_at(space, link.from);
  const int to_leaf = leaf_at(space, link.to);
  const bool across = from_leaf != to_leaf;
  switch (fault.kind) {
    case FaultKind::node:
    case FaultKind::nic:
      return (sends(fault) && link.from == fault.subject) ||
             (receives(fault) && link.to == fault.subject);
    case FaultKind::path:
      return between(fault, link.from, link.to);
    case FaultKind::uplink:
      return across && ((sends(fault) && from_leaf == fault.subject) ||
                        (receives(fault) && to_leaf == fault.subject));
    case FaultKind::leaf_pair:
      return between(fault, from_leaf, to_leaf);
    case FaultKind::cable:
      return across && from_leaf == fault.subject && link.to % cables_of_a_leaf == fault.peer;
    case FaultKind::fabric_switch:
      return from_leaf == fault.subject || to_leaf == fault.subject;
  }
  return false;
}

std::string_view name_of(FaultKind kind) {
  for (const KindName& row : kinds)
    if (row.kind == kind) return row.name;
  return "";
}

FaultKind kind_named(std::string_view name) {
  for (const KindName& row : kinds)
    if (row.name == name) return row.kind;
  throw UsageError{fmt::format("unknown kind '{}'", name)};
}

bool has_kind(const Shape& shape, FaultKind kind) {
  const int leaf_size = shape.leaf_size > 0 ? shape.leaf_size : shape.nodes;
  const int leaves = (shape.nodes + leaf_size - 1) / leaf_size;
  switch (kind) {
    case FaultKind::node:
      return shape.nodes >= 3;
    case FaultKind::nic:
      return shape.nodes >= 3 && shape.rails >= 2;
    case FaultKind::path:
      return shape.nodes >= 2;
    case FaultKind::leaf_pair:
    case FaultKind::uplink:
    case FaultKind::fabric_switch:
      return leaves >= 3 && leaf_size >= 2;
    case FaultKind::cable:
      return leaves >= 3 && leaf_size >= 2 && shape.nodes - leaf_size >= 2 * cables_of_a_leaf;
  }
  return false;
}

Network::Network(const Shape& shape, std::vector<Fault> faults, std::uint64_t seed)
    : shape_{shape},
      space_{space_of(shape)},
      faults_{std::move(faults)},
      noise_{static_cast<float>(shape.noise)},
      random_{seed} {}

double Network::truth(const LinkId& link) const { return truth(link, faults_); }

double Network::truth(const LinkId& link, const std::vector<Fault>& faults) const {
  double share = 1;
  for (const Fault& fault : faults)
    if (hits(fault, space_, link)) share = std::min(share, 1 - fault.deficit);
  return sound_rate * share * (space_.same_leaf(link) ? 1.0 : shape_.oversubscribed);
}

float Network::noisy(double rate) {
  float found = static_cast<float>(rate) * std::exp(noise_ * normal_(random_));
  if (shape_.outliers > 0 && std::bernoulli_distribution{shape_.outliers}(random_))
    found *= static_cast<float>(
        1 - std::uniform_real_distribution{least_disturbance, most_disturbance}(random_));
  return found;
}

LinkMeasurements Network::measure() {
  LinkMeasurements measured{space_, RateMatrix{space_}, {}, 0};
  const int leaf_size = shape_.leaf_size > 0 ? shape_.leaf_size : shape_.nodes;
  const auto near = distances(leaf_size, shape_.partners, random_);
  // Around the ring of all nodes, distances beyond a leaf lead to other leaves.
  const auto far = distances(shape_.nodes, 2 * shape_.partners, random_);
  const auto is_met = [&](int from, int to) {
    if (shape_.partners == 0) return true;
    if (leaf_at(space_, from) == leaf_at(space_, to)) {
      const int apart = std::abs(from - to);
      return near.count(apart) > 0 || near.count(leaf_size - apart) > 0;
    }
    const int apart = std::abs(from - to);
    return far.count(apart) > 0 || far.count(shape_.nodes - apart) > 0;
  };
  for (int rail = 0; rail < space_.rails; ++rail)
    for (int from = 0; from < space_.nodes; ++from) {
      std::vector<Fault> faults;
      std::ranges::copy_if(faults_, std::back_inserter(faults),
                           [&](const Fault& fault) { return starts_at(fault, space_, from); });
      for (int to = 0; to < space_.nodes; ++to) {
        if (from == to || !is_met(from, to)) continue;
        if (shape_.missing > 0 && std::bernoulli_distribution{shape_.missing}(random_)) continue;
        measured.first.at({from, to, rail}) = noisy(truth({from, to, rail}, faults));
      }
    }
  return measured;
}

std::vector<Repeat> Network::measure_again(const std::vector<LinkId>& links) {
  const double drift = std::exp(shape_.drift * normal_(random_));
  std::vector<Repeat> repeats;
  for (const LinkId& link : links) repeats.push_back({link, noisy(drift * truth(link))});
  return repeats;
}

Fault random_fault(const LinkSpace& space, FaultKind kind, double deficit,
                   std::mt19937_64& random) {
  const auto up_to = [&](int count) { return std::uniform_int_distribution{0, count - 1}(random); };
  const auto another = [&](int count, int one) {
    const int other = up_to(count - 1);
    return other < one ? other : other + 1;
  };
  Fault fault{kind, 0, SlowPart::nobody, SlowPart::all_rails, Direction::send, deficit};
  fault.direction = static_cast<Direction>(up_to(3));
  fault.subject = up_to(space.nodes);
  switch (kind) {
    case FaultKind::node:
      return fault;
    case FaultKind::nic:
      fault.rail = up_to(space.rails);
      return fault;
    case FaultKind::path:
      fault.peer = another(space.nodes, fault.subject);
      break;
    case FaultKind::uplink:
      fault.subject = up_to(space.leaves);
      break;
    case FaultKind::leaf_pair:
      fault.subject = up_to(space.leaves);
      fault.peer = another(space.leaves, fault.subject);
      break;
    case FaultKind::cable:
      fault.subject = up_to(space.leaves);
      fault.peer = up_to(cables_of_a_leaf);
      fault.direction = Direction::send;
      break;
    case FaultKind::fabric_switch:
      fault.subject = up_to(space.leaves);
      fault.direction = Direction::both;
      break;
  }
  // Between two places, one direction is always from the first to the second.
  if (fault.peer != SlowPart::nobody && fault.direction == Direction::receive)
    fault.direction = Direction::both;
  if (up_to(2) == 0) fault.rail = up_to(space.rails);
  if (space.rails == 1) fault.rail = SlowPart::all_rails;
  return fault;
}

}  // namespace assay::results::generated
