#include "results/locate/fans.hpp"

#include <algorithm>
#include <array>
#include <boost/math/distributions/normal.hpp>
#include <cmath>
#include <limits>
#include <optional>
#include <set>

#include "results/locate/cables.hpp"
#include "results/statistics.hpp"

namespace assay::results {

namespace {

constexpr std::size_t nodes_of_a_fan = 3;
/// Where a node is sound, noise may make it look like one of the fan; these are at most such a
/// share.
constexpr double share_by_chance = 0.25;
/// The mean of the nodes that are nearer to it than to a sound one has mostly come to rest by then.
constexpr int refinements = 5;

/// What a leaf and one node of another leaf reach between them.
struct FarNode {
  int node = 0;
  float level = 0;
};

/// Of nodes in ascending order, those that are nearer to their own mean than to a sound one; few,
/// where there are none.
struct Together {
  std::size_t count = 0;
  float mean = 0;
};
Together slow_together(std::span<const FarNode> nodes) {
  Together found{std::min(nodes_of_a_fan, nodes.size()), 0};
  for (int i = 0; i < refinements && found.count >= nodes_of_a_fan; ++i) {
    double sum = 0;
    for (const FarNode& node : nodes.first(found.count)) sum += node.level;
    found.mean = static_cast<float>(sum / static_cast<double>(found.count));
    const auto end = std::ranges::upper_bound(nodes, found.mean / 2, {}, &FarNode::level);
    found.count = static_cast<std::size_t>(end - nodes.begin());
  }
  return found;
}

/// True where the nodes hang on several leaves: those of one are another part.
bool on_several_leaves(const LinkSpace& space, std::span<const FarNode> nodes) {
  std::set<int> leaves;
  for (const FarNode& node : nodes)
    leaves.insert(space.leaf_of[static_cast<std::size_t>(node.node)]);
  return leaves.size() > 1;
}

/// Fans, one after another. What each leaf and each node of another one reach between them is kept:
/// a fan that is taken for found changes few of these, and there are millions.
class FanSearch {
 public:
  FanSearch(const RailContext& context, const Ends& ends, const Levels& levels)
      : context_{context},
        reference_{static_cast<float>(ends.reference[index(LinkClass::across)])},
        sigma_{context.noise[index(LinkClass::across)].sigma},
        levels_{levels},
        slow_{static_cast<float>(sigma_ *
                                 boost::math::quantile(boost::math::normal{}, share_by_chance))} {
    while (alone_ <= context.space.nodes && !tell_by_themselves(context, alone_)) ++alone_;
    for (const Direction direction : {Direction::send, Direction::receive})
      for (int leaf = 0; leaf < context.space.leaves; ++leaf) {
        Search& search = searches_[static_cast<std::size_t>(direction)].emplace_back();
        if (own_nodes(leaf).size() < 2) continue;
        for (int node = 0; node < context.space.nodes; ++node)
          search.levels.push_back(level_between(direction, leaf, node));
        search.fan = find(direction, leaf);
      }
  }

  /// The one with the most nodes; nothing: there is none left.
  [[nodiscard]] std::optional<SlowSet> largest() const {
    const SlowSet* found = nullptr;
    for (const auto& by_leaf : searches_)
      for (const Search& search : by_leaf)
        if (search.fan && (found == nullptr || search.fan->far.size() > found->far.size()))
          found = &*search.fan;
    return found == nullptr ? std::nullopt : std::optional{*found};
  }

  /// From here on its links are held against it. Two cables of a leaf have the same name: no other
  /// one of its leaf and direction is sought.
  void take(const SlowSet& fan) {
    at(fan.direction, fan.subject).fan.reset();
    at(fan.direction, fan.subject).levels.clear();
    levels_.add(fan);
    const Direction facing = opposite(fan.direction);
    std::set<int> leaves;
    for (const int node : fan.far) leaves.insert(leaf_of(node));
    for (const int leaf : leaves) {
      Search& search = at(facing, leaf);
      if (search.levels.empty()) continue;
      for (const int node : own_nodes(fan.subject))
        search.levels[static_cast<std::size_t>(node)] = level_between(facing, leaf, node);
      search.fan = find(facing, leaf);
    }
  }

 private:
  /// Of one leaf and direction.
  struct Search {
    std::vector<float> levels;  ///< by node; none where no fan is sought
    std::optional<SlowSet> fan;
  };

  [[nodiscard]] Search& at(Direction direction, int leaf) {
    return searches_[static_cast<std::size_t>(direction)][static_cast<std::size_t>(leaf)];
  }
  [[nodiscard]] int leaf_of(int node) const {
    return context_.space.leaf_of[static_cast<std::size_t>(node)];
  }
  [[nodiscard]] const std::vector<int>& own_nodes(int leaf) const {
    return context_.leaves[static_cast<std::size_t>(leaf)];
  }

  /// NaN where nothing was measured, and where links are told from chance by themselves; 0 where
  /// they are clearly faster than those of a fan, which most are.
  [[nodiscard]] float level_between(Direction direction, int leaf, int node) {
    constexpr float none = std::numeric_limits<float>::quiet_NaN();
    if (leaf_of(node) == leaf) return none;
    const auto line = context_.matrix.line(opposite(direction), node);
    const int links = measured_links(line, own_nodes(leaf));
    if (links == 0 || links >= alone_) return none;
    // What explains some only lifts the envelope.
    if (envelope_exceeds(line, own_nodes(leaf), links, reference_ + slow_ + bias_of(links)))
      return 0;
    cells_.clear();
    for (const int own : own_nodes(leaf)) {
      const float value = line[static_cast<std::size_t>(own)];
      if (std::isnan(value)) continue;
      const LinkId link = direction == Direction::send ? LinkId{own, node, context_.rail}
                                                       : LinkId{node, own, context_.rail};
      cells_.push_back(value - reference_ - levels_.explained(link));
    }
    return upper_envelope(cells_).value - bias_of(links);
  }

  /// By so much the envelope of so many links is too high.
  [[nodiscard]] float bias_of(int links) const {
    return static_cast<float>(sigma_ * context_.envelopes.of(links).bias);
  }

  [[nodiscard]] std::optional<SlowSet> find(Direction direction, int leaf) {
    const std::vector<float>& levels = at(direction, leaf).levels;
    std::vector<FarNode> nodes;
    std::size_t measured = 0;
    for (int node = 0; node < context_.space.nodes; ++node) {
      const float level = levels[static_cast<std::size_t>(node)];
      measured += std::isnan(level) ? 0 : 1;
      if (level <= slow_) nodes.push_back({node, level});
    }
    std::ranges::sort(nodes, {}, &FarNode::level);
    const auto [count, level] = slow_together(nodes);
    // A leaf has no more cables than nodes, and each takes its share; noise may hide half.
    if (count < nodes_of_a_fan || 2 * count * own_nodes(leaf).size() < measured)
      return std::nullopt;
    const double by_chance = static_cast<double>(measured) * lower_tail(level / 2 / sigma_);
    if (by_chance > share_by_chance * static_cast<double>(count)) return std::nullopt;
    if (level > context_.thresholds.keep(sigma_ / std::sqrt(static_cast<double>(count))))
      return std::nullopt;
    const auto slow = std::span{nodes}.first(count);
    if (!on_several_leaves(context_.space, slow)) return std::nullopt;
    SlowSet fan{Shape::fan, context_.rail, direction, leaf, SlowPart::nobody, level};
    for (const FarNode& node : slow) fan.far.push_back(node.node);
    std::ranges::sort(fan.far);
    return fan;
  }

  const RailContext& context_;
  float reference_;
  double sigma_;
  Levels levels_;
  /// Of a node of a fan: the half of its level, or less slow ones, chance shows of a share of all.
  float slow_;
  int alone_ = 1;  ///< so many links of a leaf and a node are told from chance
  std::array<std::vector<Search>, 2> searches_;
  std::vector<float> cells_;
};

}  // namespace

std::vector<SlowSet> suspect_fans(const RailContext& context, const Ends& ends,
                                  const Levels& levels) {
  std::vector<SlowSet> suspects;
  FanSearch search{context, ends, levels};
  // The largest first: what it explains is no sign of another one.
  while (auto fan = search.largest()) {
    search.take(*fan);
    suspects.push_back(std::move(*fan));
  }
  return suspects;
}

}  // namespace assay::results
