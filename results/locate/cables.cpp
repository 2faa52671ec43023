#include "results/locate/cables.hpp"

#include <algorithm>
#include <cmath>

namespace assay::results {

namespace {

constexpr int cells_of_a_cable = 2;

LinkId link_of(Direction direction, int node, int partner, int rail) {
  return direction == Direction::send ? LinkId{node, partner, rail} : LinkId{partner, node, rail};
}

/// What is left of the slowness of a node's links to other leaves when what explains some of them
/// is taken off each.
EndLevel unexplained(const RailContext& context, const Ends& ends, const Levels& levels,
                     Direction direction, int node, const std::vector<int>& partners) {
  std::vector<float> cells;
  const auto line = context.matrix.line(direction, node);
  const auto reference = static_cast<float>(ends.reference[index(LinkClass::across)]);
  for (const int partner : partners) {
    const float value = line[static_cast<std::size_t>(partner)];
    if (std::isnan(value)) continue;
    cells.push_back(value - reference -
                    levels.explained(link_of(direction, node, partner, context.rail)));
  }
  const Envelope envelope = upper_envelope(cells);
  const EnvelopeNoise& noise = context.envelopes.of(envelope.cells);
  const double sigma = context.noise[index(LinkClass::across)].sigma;
  return {envelope.value - static_cast<float>(sigma * noise.bias), envelope.cells,
          sigma * noise.error};
}

bool is_slow(const RailContext& context, const EndLevel& level) {
  return level.cells >= cells_of_a_cable && level.value <= context.thresholds.keep(level.error);
}

std::vector<int> nodes_elsewhere(const LinkSpace& space, int leaf) {
  std::vector<int> nodes;
  for (int node = 0; node < space.nodes; ++node)
    if (space.leaf_of[static_cast<std::size_t>(node)] != leaf) nodes.push_back(node);
  return nodes;
}

void suspect_nodes_across(const RailContext& context, const Ends& ends, const Levels& levels,
                          std::vector<SlowSet>& suspects) {
  for (const Direction direction : {Direction::send, Direction::receive})
    for (int node = 0; node < context.space.nodes; ++node) {
      const EndLevel& across = ends.level(LinkClass::across, direction, node);
      if (ends.level(LinkClass::within, direction, node).cells == 0) continue;
      if (!is_slow(context, across)) continue;
      const int leaf = context.space.leaf_of[static_cast<std::size_t>(node)];
      if (is_slow(context, unexplained(context, ends, levels, direction, node,
                                       nodes_elsewhere(context.space, leaf))))
        suspects.push_back(
            {Shape::node_across, context.rail, direction, node, SlowPart::nobody, across.value});
    }
}

/// The links between one node and one other leaf.
void suspect_node_and_leaf(const RailContext& context, const Ends& ends, const Levels& levels,
                           Direction direction, int node, int leaf, std::vector<float>& cells,
                           std::vector<SlowSet>& suspects) {
  const auto& partners = context.leaves[static_cast<std::size_t>(leaf)];
  const auto line = context.matrix.line(direction, node);
  const auto reference = static_cast<float>(ends.reference[index(LinkClass::across)]);
  const double sigma = context.noise[index(LinkClass::across)].sigma;
  const int links = measured_links(line, partners);
  if (!tell_by_themselves(context, links)) return;
  const float bias = reference + static_cast<float>(sigma * context.envelopes.of(links).bias);
  if (envelope_exceeds(line, partners, links, context.thresholds.warn + bias)) return;
  cells.clear();
  for (const int partner : partners) {
    const float value = line[static_cast<std::size_t>(partner)];
    if (!std::isnan(value)) cells.push_back(value);
  }
  const float value = upper_envelope(cells).value - bias;
  if (value > context.thresholds.warn) return;
  if (!is_slow(context, unexplained(context, ends, levels, direction, node, partners))) return;
  if (direction == Direction::send)
    suspects.push_back({Shape::from_node, context.rail, direction, node, leaf, value});
  else
    suspects.push_back({Shape::to_node, context.rail, Direction::send, leaf, node, value});
}

}  // namespace

int measured_links(std::span<const float> line, const std::vector<int>& partners) {
  int links = 0;
  for (const int partner : partners)
    links += std::isnan(line[static_cast<std::size_t>(partner)]) ? 0 : 1;
  return links;
}

bool envelope_exceeds(std::span<const float> line, const std::vector<int>& partners, int links,
                      float level) {
  int faster = 0;
  for (const int partner : partners)
    faster += line[static_cast<std::size_t>(partner)] > level ? 1 : 0;
  return faster > cells_above(links);
}

bool tell_by_themselves(const RailContext& context, std::ptrdiff_t links) {
  if (links < cells_of_a_cable) return false;
  const double sigma = context.noise[index(LinkClass::across)].sigma;
  const EnvelopeNoise& noise = context.envelopes.of(static_cast<int>(links));
  return context.thresholds.keep(sigma * noise.error) <= context.thresholds.warn;
}

std::vector<SlowSet> suspect_cables(const RailContext& context, const Ends& ends,
                                    const Levels& levels) {
  std::vector<SlowSet> suspects;
  if (context.space.leaves < 2) return suspects;
  suspect_nodes_across(context, ends, levels, suspects);
  Levels so_far = levels;
  for (const SlowSet& suspect : suspects) so_far.add(suspect);
  std::vector<float> cells;
  for (const Direction direction : {Direction::send, Direction::receive})
    for (int node = 0; node < context.space.nodes; ++node)
      for (int leaf = 0; leaf < context.space.leaves; ++leaf)
        if (context.space.leaf_of[static_cast<std::size_t>(node)] != leaf)
          suspect_node_and_leaf(context, ends, so_far, direction, node, leaf, cells, suspects);
  return suspects;
}

}  // namespace assay::results
