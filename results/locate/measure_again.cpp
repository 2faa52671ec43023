#include "results/locate/measure_again.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <map>
#include <set>
#include <tuple>

#include "results/locate/suspect_links.hpp"

namespace assay::results {

namespace {

/// Of each suspect so many links in a round: with two of them a round is no single link's word.
constexpr std::size_t links_of_a_suspect = 4;
/// They are chosen from as many that chance puts first.
constexpr std::size_t links_to_choose_from = 256;
/// Uplinks of leaves this small are told from nodes by few links within the leaf: all of these.
constexpr std::size_t nodes_of_a_small_leaf = 4;
/// Peers, of each class and rail: a quarter of what is compared with them, within these bounds.
/// Eight leave 0.44 sigma in doubt; more than 64 (0.16 sigma) only take time.
constexpr std::size_t links_a_peer = 4;
constexpr std::size_t peers_at_least = 8;
constexpr std::size_t peers_at_most = 64;
/// Up to so many nodes every link is considered as a peer; with more, some at random.
constexpr int nodes_to_list = 64;
constexpr std::size_t tries_a_peer = 50;

/// A well mixed number that is the same in every run.
/// Source  Steele, Lea and Flood, OOPSLA 2014 (SplitMix).
std::uint64_t mixed(std::uint64_t value) {
  value += 0x9e3779b97f4a7c15ULL;
  value = (value ^ (value >> 30U)) * 0xbf58476d1ce4e5b9ULL;
  value = (value ^ (value >> 27U)) * 0x94d049bb133111ebULL;
  return value ^ (value >> 31U);
}

class Chooser {
 public:
  Chooser(const LinkMeasurements& measured, const Look& first, const Look& look, float warn)
      : measured_{measured},
        space_{measured.space},
        first_{first},
        look_{look},
        warn_{warn},
        leaves_{nodes_by_leaf(measured.space)},
        round_{measured.repeats.size()} {}

  void add(const SlowSet& suspect) {
    std::vector<LinkId> links;
    for (const LinkId& link : links_of(suspect, space_, leaves_))
      if (measured_.first.has(link)) links.push_back(link);
    prefer_clean(links, suspect);
    sort_by_chance(links, suspect);
    add_spread(links, suspect);
    if (suspect.shape == Shape::uplink || suspect.shape == Shape::block) {
      add_within(suspect.subject, suspect.rail);
      if (suspect.peer != SlowPart::nobody) add_within(suspect.peer, suspect.rail);
    }
  }
  void add(const LinkId& link) { paths_.push_back(link); }

  [[nodiscard]] std::vector<LinkId> with_peers() {
    take_paths();
    std::array<std::vector<std::size_t>, link_classes> counts;
    counts.fill(std::vector<std::size_t>(static_cast<std::size_t>(space_.rails)));
    for (const LinkId& link : all_)
      ++counts[index(class_of(space_, link))][static_cast<std::size_t>(link.rail)];
    for (const LinkClass kind : {LinkClass::within, LinkClass::across})
      for (int rail = 0; rail < space_.rails; ++rail)
        if (const auto count = counts[index(kind)][static_cast<std::size_t>(rail)]; count > 0)
          add_peers(kind, rail, std::clamp(count / links_a_peer, peers_at_least, peers_at_most));
    take_links();
    return std::move(all_);
  }

 private:
  /// There may be millions, but in two sorted pieces.
  void take_paths() {
    all_ = std::move(paths_);
    for (auto sorted = std::is_sorted_until(all_.begin(), all_.end(), before_in_memory);
         sorted != all_.end();) {
      const auto next = std::is_sorted_until(sorted, all_.end(), before_in_memory);
      std::inplace_merge(all_.begin(), sorted, next, before_in_memory);
      sorted = next;
    }
    take_links();
  }

  void take_links() {
    std::sort(links_.begin(), links_.end(), before_in_memory);
    const auto so_far = std::ssize(all_);
    all_.insert(all_.end(), links_.begin(), links_.end());
    links_.clear();
    std::inplace_merge(all_.begin(), all_.begin() + so_far, all_.end(), before_in_memory);
    all_.erase(std::unique(all_.begin(), all_.end()), all_.end());
  }

  void prefer_clean(std::vector<LinkId>& links, const SlowSet& suspect) const {
    const Levels& levels = look_.rail(suspect.rail).levels;
    const auto unclean = [&](const LinkId& link) {
      return !tells_of(suspect, levels.explained(link, &suspect), warn_);
    };
    if (!std::all_of(links.begin(), links.end(), unclean)) std::erase_if(links, unclean);
  }

  /// Puts partners of one leaf together, and of these the ones as far on in it as the own node is:
  /// pairs of different nodes that have the same number are disjoint.
  [[nodiscard]] std::uint64_t meeting_chance(int own, int partner) const {
    const auto leaf_at = [&](int node) { return space_.leaf_of[static_cast<std::size_t>(node)]; };
    const auto place = [&](int node) {
      const auto& leaf = leaves_[static_cast<std::size_t>(leaf_at(node))];
      return std::ranges::lower_bound(leaf, node) - leaf.begin();
    };
    constexpr std::uint64_t shift_bits = 0xFFFF;
    const auto size = std::ssize(leaves_[static_cast<std::size_t>(leaf_at(partner))]);
    const auto shift =
        static_cast<std::uint64_t>(((place(partner) - place(own)) % size + size) % size);
    const auto leaf = static_cast<std::uint64_t>(leaf_at(partner));
    return (mixed(mixed(leaf) + round_) & ~shift_bits) |
           (mixed(mixed(shift) + round_) & shift_bits);
  }

  /// Those that chance puts first: the same order of partners for all rails and directions, another
  /// one in each round.
  /// Nodes behind one cable are measured in the same meetings of leaves, which load it as the first
  /// round did.
  void sort_by_chance(std::vector<LinkId>& links, const SlowSet& suspect) const {
    const auto chance = [&](const LinkId& link) {
      const auto node = [](int which) { return static_cast<std::uint64_t>(which) + 1; };
      if (suspect.shape == Shape::node_across)
        return meeting_chance(own_node_in(suspect, link), partner_in(suspect, link));
      return mixed(mixed(node(partner_in(suspect, link)) * 64 + round_) +
                   node(own_node_in(suspect, link)));
    };
    std::vector<std::pair<std::uint64_t, LinkId>> tickets;
    tickets.reserve(links.size());
    for (const LinkId& link : links) tickets.emplace_back(chance(link), link);
    links.resize(std::min(links.size(), links_to_choose_from));
    const auto first = std::ssize(links);
    std::partial_sort(tickets.begin(), tickets.begin() + first, tickets.end());
    for (std::size_t i = 0; i < links.size(); ++i) links[i] = tickets[i].second;
  }

  /// Links with different nodes at both sides as far as there are, of both classes by turns.
  void add_spread(const std::vector<LinkId>& links, const SlowSet& suspect) {
    std::map<int, std::size_t> partners;
    std::map<int, std::size_t> own;
    std::map<LinkClass, std::size_t> classes;
    std::set<LinkId> taken;
    while (taken.size() < std::min(links_of_a_suspect, links.size())) {
      const LinkId* best = nullptr;
      std::tuple<std::size_t, std::size_t, std::size_t> least;
      for (const LinkId& link : links) {
        if (taken.count(link) > 0) continue;
        const std::tuple used{partners[partner_in(suspect, link)], own[own_node_in(suspect, link)],
                              classes[class_of(space_, link)]};
        if (best == nullptr || used < least) std::tie(best, least) = std::tuple{&link, used};
      }
      taken.insert(*best);
      ++partners[partner_in(suspect, *best)];
      ++own[own_node_in(suspect, *best)];
      ++classes[class_of(space_, *best)];
    }
    links_.insert(links_.end(), taken.begin(), taken.end());
  }

  void add_within(int leaf, int rail) {
    const auto& nodes = leaves_[static_cast<std::size_t>(leaf)];
    if (nodes.size() > nodes_of_a_small_leaf) return;
    for (const int from : nodes)
      for (const int to : nodes)
        if (from != to && measured_.first.has({from, to, rail})) links_.push_back({from, to, rail});
  }

  [[nodiscard]] bool is_peer(const LinkId& link, LinkClass kind) const {
    return link.from != link.to && class_of(space_, link) == kind && measured_.first.has(link) &&
           first_.rail(link.rail).is_sound(link) && look_.rail(link.rail).is_sound(link);
  }

  void add_peers(LinkClass kind, int rail, std::size_t wanted) {
    const auto nodes = static_cast<std::uint64_t>(space_.nodes);
    std::vector<std::pair<std::uint64_t, LinkId>> found;
    const auto consider = [&](std::uint64_t cell, std::uint64_t chance) {
      const LinkId link{static_cast<int>(cell / nodes), static_cast<int>(cell % nodes), rail};
      if (is_peer(link, kind)) found.emplace_back(chance, link);
    };
    if (space_.nodes <= nodes_to_list) {
      for (std::uint64_t cell = 0; cell < nodes * nodes; ++cell)
        consider(cell, mixed(cell * 64 + round_));
    } else {
      for (std::uint64_t i = 0; i < wanted * tries_a_peer && found.size() < wanted; ++i)
        consider(peer_candidate(kind, mixed(i * 64 + round_)), i);
    }
    const std::size_t count = std::min(wanted, found.size());
    std::partial_sort(found.begin(), found.begin() + static_cast<std::ptrdiff_t>(count),
                      found.end());
    for (std::size_t i = 0; i < count; ++i) links_.push_back(found[i].second);
  }

  /// A link at random; within a leaf, where such are wanted.
  [[nodiscard]] std::uint64_t peer_candidate(LinkClass kind, std::uint64_t chance) const {
    const auto nodes = static_cast<std::uint64_t>(space_.nodes);
    const std::uint64_t from = chance % nodes;
    const std::uint64_t more = mixed(chance);
    if (kind == LinkClass::across) return from * nodes + more % nodes;
    const auto& leaf = leaves_[static_cast<std::size_t>(space_.leaf_of[from])];
    return from * nodes + static_cast<std::uint64_t>(leaf[more % leaf.size()]);
  }

  const LinkMeasurements& measured_;
  const LinkSpace& space_;
  const Look& first_;
  const Look& look_;
  float warn_;
  std::vector<std::vector<int>> leaves_;
  std::size_t round_;
  std::vector<LinkId> links_;  ///< of suspects, and peers
  std::vector<LinkId> paths_;
  std::vector<LinkId> all_;  ///< sorted
};

}  // namespace

std::vector<LinkId> links_to_measure_again(const LinkMeasurements& measured, const Look& first,
                                           const Look& look, const Decision& decision,
                                           const LocateOptions& options) {
  if (static_cast<int>(measured.repeats.size()) >= options.repeats_at_most) return {};
  Chooser chooser{measured, first, look, Thresholds{options}.warn};
  for (const DecidedSuspect& decided : decision.suspects)
    if (decided.state == SlowPart::State::suspected) chooser.add(decided.suspect);
  for (const DecidedPath& decided : decision.paths)
    if (decided.state == SlowPart::State::suspected) chooser.add(decided.link);
  return chooser.with_peers();
}

}  // namespace assay::results
