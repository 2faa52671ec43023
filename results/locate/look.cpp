#include "results/locate/look.hpp"

#include <algorithm>
#include <boost/math/distributions/normal.hpp>
#include <cmath>
#include <span>

#include "results/locate/cables.hpp"
#include "results/locate/fans.hpp"
#include "results/locate/uplinks.hpp"

namespace assay::results {

namespace {

/// No more than this share of the links is measured again for being a little slow, and no more than
/// so many: where noise makes more of them look like it, only the worst are.
constexpr double share_again_at_most = 0.25;
constexpr double links_again_at_most = 4e6;
/// Where an uplink is slow, a node behind it is only slow if its links within the leaf stand out by
/// so much: those across say nothing.
constexpr double z_behind_uplink = 3.0;

/// Where so many links on average join a node and a leaf, better rates of some do not show more
/// that is slow together than the first round did.
constexpr std::size_t links_that_settle = 16;

bool has_many_links(const LinkMeasurements& measured) {
  const LinkSpace& space = measured.space;
  const auto lines = static_cast<std::size_t>(space.rails) * static_cast<std::size_t>(space.nodes) *
                     static_cast<std::size_t>(space.leaves);
  return measured.first.measured() >= links_that_settle * lines;
}

/// Below this a link is looked at again.
std::array<float, link_classes> keep_links(const LinkSpace& space, const NoiseByClass& noise,
                                           const Thresholds& thresholds) {
  const double links = static_cast<double>(space.nodes) * space.nodes * space.rails;
  const double share = std::min(share_again_at_most, links_again_at_most / std::max(links, 1.0));
  const double z = boost::math::quantile(boost::math::normal{}, share);
  std::array<float, link_classes> keep{};
  for (std::size_t kind = 0; kind < keep.size(); ++kind)
    keep[kind] =
        std::min(thresholds.keep(noise[kind].sigma), static_cast<float>(z * noise[kind].sigma));
  return keep;
}

bool explains(const SlowSet& uplink, const SlowSet& end, const LinkSpace& space) {
  const int leaf = space.leaf_of[static_cast<std::size_t>(end.subject)];
  if (uplink.shape == Shape::uplink)
    return uplink.direction == end.direction && uplink.subject == leaf;
  return uplink.subject != uplink.peer &&
         (end.direction == Direction::send ? uplink.subject : uplink.peer) == leaf;
}

/// The ends that stay suspects where uplinks are: those that are slow within their leaf, too.
std::vector<SlowSet> beside_uplinks(const RailContext& context, const Ends& ends,
                                    const std::vector<SlowSet>& found,
                                    const std::vector<SlowSet>& uplinks) {
  std::vector<SlowSet> kept;
  for (SlowSet end : found) {
    const bool behind = std::any_of(uplinks.begin(), uplinks.end(), [&](const SlowSet& uplink) {
      return explains(uplink, end, context.space);
    });
    if (behind) {
      const EndLevel& within = ends.level(LinkClass::within, end.direction, end.subject);
      const double least = -z_behind_uplink * within.error;
      if (within.cells == 0 || within.value > context.thresholds.warn || within.value > least)
        continue;
      end.level = within.value;
    }
    kept.push_back(end);
  }
  return kept;
}

Levels levels_of(const LinkSpace& space, const std::vector<SlowSet>& suspects) {
  Levels levels{space};
  for (const SlowSet& suspect : suspects) levels.add(suspect);
  return levels;
}

void append(std::vector<SlowSet>& all, const std::vector<SlowSet>& more) {
  all.insert(all.end(), more.begin(), more.end());
}

std::size_t cell_of(const LinkId& link, std::size_t nodes) {
  return static_cast<std::size_t>(link.from) * nodes + static_cast<std::size_t>(link.to);
}

std::vector<bool> flags_of(const std::vector<SlowLink>& slow, const LinkSpace& space) {
  const auto nodes = static_cast<std::size_t>(space.nodes);
  std::vector<bool> flags(nodes * nodes);
  for (const SlowLink& found : slow) flags[cell_of(found.link, nodes)] = true;
  return flags;
}

RailLook look_at_rail(const RailContext& context, const std::array<float, link_classes>& keep) {
  const Ends ends = measure_ends(context);
  std::vector<SlowSet> suspects = suspect_ends(context, ends);
  const auto uplinks = suspect_uplinks(context, ends, levels_of(context.space, suspects));
  suspects = beside_uplinks(context, ends, suspects, uplinks);
  append(suspects, uplinks);
  append(suspects, suspect_cables(context, ends, levels_of(context.space, suspects)));
  append(suspects, suspect_fans(context, ends, levels_of(context.space, suspects)));
  Levels levels = levels_of(context.space, suspects);
  auto slow = links_below(context, ends, levels, keep);
  auto is_slow = flags_of(slow, context.space);
  return {ends.reference,    ends.spread,     std::move(suspects),
          std::move(levels), std::move(slow), std::move(is_slow)};
}

/// The same suspects, with better rates of some links.
RailLook with_better_links(const RailLook& look, std::span<const BetterRate> better,
                           const LinkSpace& space, const std::array<float, link_classes>& keep) {
  std::vector<SlowLink> slow;
  slow.reserve(look.slow.size());
  auto next = look.slow.begin();
  for (const BetterRate& one : better) {
    for (; next != look.slow.end() && next->link < one.link; ++next) slow.push_back(*next);
    if (next != look.slow.end() && next->link == one.link) ++next;
    const auto kind = index(class_of(space, one.link));
    const float value = one.value - static_cast<float>(look.reference[kind]);
    if (!(value <= keep[kind])) continue;
    const float level = value - look.levels.explained(one.link);
    if (level <= keep[kind]) slow.push_back({one.link, level});
  }
  slow.insert(slow.end(), next, look.slow.end());
  auto is_slow = flags_of(slow, space);
  return {look.reference, look.spread,     look.suspects,
          look.levels,    std::move(slow), std::move(is_slow)};
}

}  // namespace

bool RailLook::is_sound(const LinkId& link) const {
  return !is_slow[cell_of(link, levels.nodes())] && levels.explained(link) >= 0;
}

Look::Look(const LinkMeasurements& measured, const NoiseByClass& noise,
           const LocateOptions& options)
    : Look{measured, noise, options, {}, nullptr} {}

Look::Look(const LinkMeasurements& measured, const NoiseByClass& noise,
           const LocateOptions& options, const std::vector<BetterRate>& better, const Look* first) {
  const LinkSpace& space = measured.space;
  const Thresholds thresholds{options};
  const auto leaves = nodes_by_leaf(space);
  // The cells of a block of leaves are more than those of a line.
  std::size_t largest = 1;
  for (const auto& leaf : leaves) largest = std::max(largest, leaf.size());
  const std::size_t most_cells = std::max(static_cast<std::size_t>(space.nodes), largest * largest);
  const EnvelopeTable envelopes{static_cast<int>(most_cells)};
  const auto keep = keep_links(space, noise, thresholds);
  const bool settled = first != nullptr && has_many_links(measured);
  RailMatrix matrix{space};
  auto next = better.begin();
  for (int rail = 0; rail < space.rails; ++rail) {
    const auto begin = next;
    while (next != better.end() && next->link.rail == rail) ++next;
    if (first != nullptr && (settled || begin == next)) {
      rails_.push_back(with_better_links(first->rail(rail), {begin, next}, space, keep));
      continue;
    }
    matrix.read(measured.first, rail);
    for (const BetterRate& one : std::span{begin, next})
      matrix.set(one.link.from, one.link.to, one.value);
    const RailContext context{space, leaves, matrix, envelopes, noise, thresholds, rail};
    rails_.push_back(look_at_rail(context, keep));
  }
}

}  // namespace assay::results
