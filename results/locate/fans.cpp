#include "results/locate/fans.hpp"

#include <algorithm>
#include <cmath>
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

/// In ascending order of their levels; those that are told from chance by themselves are left out.
std::vector<FarNode> far_nodes(const RailContext& context, const Ends& ends, const Levels& levels,
                               Direction direction, int leaf) {
  const auto& own_nodes = context.leaves[static_cast<std::size_t>(leaf)];
  const Direction facing = direction == Direction::send ? Direction::receive : Direction::send;
  const auto reference = static_cast<float>(ends.reference[index(LinkClass::across)]);
  const double sigma = context.noise[index(LinkClass::across)].sigma;
  std::vector<FarNode> found;
  std::vector<float> cells;
  for (int node = 0; node < context.space.nodes; ++node) {
    if (context.space.leaf_of[static_cast<std::size_t>(node)] == leaf) continue;
    const auto line = context.matrix.line(facing, node);
    cells.clear();
    for (const int own : own_nodes) {
      const float value = line[static_cast<std::size_t>(own)];
      if (std::isnan(value)) continue;
      const LinkId link = direction == Direction::send ? LinkId{own, node, context.rail}
                                                       : LinkId{node, own, context.rail};
      cells.push_back(value - reference - levels.explained(link));
      if (tell_by_themselves(context, std::ssize(cells))) break;
    }
    if (cells.empty() || tell_by_themselves(context, std::ssize(cells))) continue;
    const Envelope envelope = upper_envelope(cells);
    const EnvelopeNoise& noise = context.envelopes.of(envelope.cells);
    found.push_back({node, envelope.value - static_cast<float>(sigma * noise.bias)});
  }
  std::ranges::sort(found, {}, &FarNode::level);
  return found;
}

/// Of nodes in ascending order, those that are nearer to their own mean than to a sound one.
struct Together {
  std::size_t count = 0;
  float mean = 0;
};
Together slow_together(std::span<const FarNode> nodes) {
  Together found{nodes_of_a_fan, 0};
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

std::optional<SlowSet> find_fan(const RailContext& context, const Ends& ends, const Levels& levels,
                                Direction direction, int leaf) {
  const std::size_t own = context.leaves[static_cast<std::size_t>(leaf)].size();
  const auto nodes = far_nodes(context, ends, levels, direction, leaf);
  if (own < 2 || nodes.size() < nodes_of_a_fan) return std::nullopt;
  const auto [count, level] = slow_together(nodes);
  // A leaf has no more cables than nodes, and each of them takes its share; noise may hide half.
  if (count < nodes_of_a_fan || 2 * count * own < nodes.size()) return std::nullopt;
  const double sigma = context.noise[index(LinkClass::across)].sigma;
  const double by_chance = static_cast<double>(nodes.size()) * lower_tail(level / 2 / sigma);
  if (by_chance > share_by_chance * static_cast<double>(count)) return std::nullopt;
  if (level > context.thresholds.keep(sigma / std::sqrt(static_cast<double>(count))))
    return std::nullopt;
  const auto slow = std::span{nodes}.first(count);
  if (!on_several_leaves(context.space, slow)) return std::nullopt;
  SlowSet fan{Shape::fan, context.rail, direction, leaf, SlowPart::nobody, level};
  for (const FarNode& node : slow) fan.far.push_back(node.node);
  std::ranges::sort(fan.far);
  return fan;
}

bool is_known(const std::vector<SlowSet>& fans, Direction direction, int leaf) {
  return std::ranges::any_of(
      fans, [&](const SlowSet& fan) { return fan.direction == direction && fan.subject == leaf; });
}

}  // namespace

std::vector<SlowSet> suspect_fans(const RailContext& context, const Ends& ends,
                                  const Levels& levels) {
  std::vector<SlowSet> suspects;
  Levels so_far = levels;
  // The largest first: what it explains is no sign of another one. One of a leaf and direction: two
  // cables of it have the same name.
  for (;;) {
    std::optional<SlowSet> largest;
    for (const Direction direction : {Direction::send, Direction::receive})
      for (int leaf = 0; leaf < context.space.leaves; ++leaf) {
        if (is_known(suspects, direction, leaf)) continue;
        auto fan = find_fan(context, ends, so_far, direction, leaf);
        if (fan && (!largest || fan->far.size() > largest->far.size())) largest = std::move(fan);
      }
    if (!largest) return suspects;
    so_far.add(*largest);
    suspects.push_back(std::move(*largest));
  }
}

}  // namespace assay::results
