#include "results/locate/look.hpp"

#include <algorithm>
#include <boost/math/distributions/normal.hpp>
#include <cmath>

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
  return {ends.reference, ends.spread, std::move(suspects), std::move(levels), std::move(slow)};
}

}  // namespace

bool RailLook::is_sound(const LinkId& link) const {
  if (levels.explained(link) < 0) return false;
  const auto at =
      std::lower_bound(slow.begin(), slow.end(), link,
                       [](const SlowLink& one, const LinkId& wanted) { return one.link < wanted; });
  return at == slow.end() || at->link != link;
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
  auto next = better.begin();
  for (int rail = 0; rail < space.rails; ++rail) {
    if (first != nullptr && (next == better.end() || next->link.rail != rail)) {
      rails_.push_back(first->rail(rail));
      continue;
    }
    RailMatrix matrix{space, measured.first, rail};
    for (; next != better.end() && next->link.rail == rail; ++next)
      matrix.set(next->link.from, next->link.to, next->value);
    const RailContext context{space, leaves, matrix, envelopes, noise, thresholds, rail};
    rails_.push_back(look_at_rail(context, keep));
  }
}

}  // namespace assay::results
