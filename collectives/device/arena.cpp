#include "collectives/device/arena.hpp"

#include <algorithm>

namespace assay::collectives::device {

namespace {

/// Counters that different ranks write do not share what a device moves at a time.
constexpr std::size_t apart = 128;

std::size_t find_link(const std::vector<Link>& links, const Link& link) {
  return static_cast<std::size_t>(std::ranges::find(links, link) - links.begin());
}

}  // namespace

ArenaMap map_arena(const LaneTable& table, PlanShape shape, const ArenaShape& arena) {
  ArenaMap map;
  const auto place = [&](std::size_t bytes) {
    const std::size_t at = map.bytes;
    map.bytes += (bytes + apart - 1) / apart * apart;
    return at;
  };
  for (std::size_t i = 0; i < table.outgoing.size(); ++i) {
    map.sent.push_back(place(sizeof(Counter)));
    map.released.push_back(place(sizeof(Counter)));
  }
  for (std::size_t i = 0; i < table.incoming.size(); ++i) {
    map.received.push_back(place(sizeof(Counter)));
    map.arrived.push_back(place(sizeof(Counter)));
  }
  map.progress = place(table.lanes.size() * sizeof(Counter));
  map.counters_bytes = map.bytes;
  for (std::size_t i = 0; i < table.incoming.size(); ++i)
    map.slots.push_back(place(arena.slots * arena.slot_bytes));
  for (const bool has_scratch : table.has_scratch)
    map.scratch.push_back(place(has_scratch ? shape.blocks * arena.slot_bytes : 0));
  return map;
}

Arenas::Arenas(const Plan& plan, const ArenaShape& shape) : shape_{shape} {
  for (int rank = 0; rank < plan.rank_count(); ++rank) {
    tables_.push_back(make_lane_table(plan.ranks[index(rank)], rank));
    maps_.push_back(map_arena(tables_.back(), plan.shape, shape));
  }
}

std::size_t Arenas::bytes() const { return std::ranges::max(maps_, {}, &ArenaMap::bytes).bytes; }

Arenas::Ends Arenas::ends_of(int rank, const std::function<std::byte*(int)>& arena_of,
                             std::span<const int> world_ranks) const {
  const auto world_rank = [&](int of) { return world_ranks.empty() ? of : world_ranks[index(of)]; };
  const auto counter = [&](int of, std::size_t at) {
    return reinterpret_cast<Counter*>(arena_of(of) + at);
  };
  Ends ends;
  const LaneTable& mine = table(rank);
  const ArenaMap& here = map(rank);
  for (std::size_t i = 0; i < mine.outgoing.size(); ++i) {
    const int to = mine.outgoing[i].to;
    const ArenaMap& there = map(to);
    const std::size_t theirs = find_link(table(to).incoming, mine.outgoing[i]);
    ends.outgoing.push_back({.slots = arena_of(to) + there.slots[theirs],
                             .arrived = counter(to, there.arrived[theirs]),
                             .released = counter(rank, here.released[i]),
                             .sent = counter(rank, here.sent[i]),
                             .peer = world_rank(to)});
  }
  for (std::size_t i = 0; i < mine.incoming.size(); ++i) {
    const int from = mine.incoming[i].from;
    const std::size_t theirs = find_link(table(from).outgoing, mine.incoming[i]);
    ends.incoming.push_back({.slots = arena_of(rank) + here.slots[i],
                             .arrived = counter(rank, here.arrived[i]),
                             .released = counter(from, map(from).released[theirs]),
                             .received = counter(rank, here.received[i]),
                             .peer = world_rank(from)});
  }
  for (std::size_t lane = 0; lane < mine.lanes.size(); ++lane)
    ends.scratch.push_back(mine.has_scratch[lane] ? arena_of(rank) + here.scratch[lane] : nullptr);
  return ends;
}

}  // namespace assay::collectives::device
