#include "collectives/direct/moves.hpp"

#include <fmt/format.h>

#include <map>
#include <numeric>
#include <utility>

namespace assay::collectives {

namespace {

using Ranks = std::vector<int>;

Ranks all_of(int ranks) {
  Ranks all(static_cast<std::size_t>(ranks));
  std::iota(all.begin(), all.end(), 0);
  return all;
}

/// The moves of one rank.
std::vector<Move> moves_of(Operation operation, int rank, int ranks, int root) {
  const Ranks everyone = all_of(ranks);
  const auto own = static_cast<std::uint32_t>(rank);
  switch (operation) {
    case Operation::all_reduce:
      return {{everyone, own, everyone, own}};
    case Operation::reduce_scatter:
      return {{everyone, own, {rank}, own}};
    case Operation::all_gather:
      return {{{rank}, own, everyone, own}};
    case Operation::broadcast:
      return {{{root}, own, everyone, own}};
    case Operation::reduce:
      return {{everyone, own, {root}, own}};
    case Operation::gather:
      return {{{rank}, own, {root}, own}};
    case Operation::scatter:
      return {{{root}, own, {rank}, own}};
    case Operation::all_to_all: {
      std::vector<Move> moves;
      for (int step = 0; step < ranks; ++step) {  // not all to the same rank at once
        const int peer = (rank + step) % ranks;
        moves.push_back({{rank}, static_cast<std::uint32_t>(peer), {peer}, own});
      }
      return moves;
    }
    case Operation::send_recv:
      return {{{rank}, 0, {(rank + 1) % ranks}, 0}};
    case Operation::transfer:
      break;
  }
  return {};
}

using Defect = std::optional<std::string>;
/// A block of a rank's buffer.
using Place = std::pair<int, std::uint32_t>;

/// The sources and the block of theirs that an output's block must be made of; none where the rank
/// has no such block.
std::optional<Move> wanted(const MovePlan& plan, Place place) {
  const OperationInfo& operation = info(plan.operation);
  const auto [rank, block] = place;
  const int ranks = static_cast<int>(plan.ranks.size());
  if (operation.output == Part::whole_at_root && rank != plan.root) return std::nullopt;
  if (operation.output == Part::own && block != static_cast<std::uint32_t>(rank))
    return std::nullopt;
  if (operation.reduces) return Move{all_of(ranks), block, {}, block};
  switch (plan.operation) {
    case Operation::broadcast:
    case Operation::scatter:
      return Move{{plan.root}, block, {}, block};
    case Operation::all_to_all:
      return Move{{static_cast<int>(block)}, static_cast<std::uint32_t>(rank), {}, block};
    case Operation::send_recv:
      return Move{{(rank + ranks - 1) % ranks}, block, {}, block};
    default:  // gathered
      return Move{{static_cast<int>(block)}, block, {}, block};
  }
}

/// Who reads and writes which block.
struct Traffic {
  std::map<Place, std::pair<const Move*, int>> writers;  ///< the move and its rank
  std::multimap<Place, int> readers;
};

Defect note(const Move& move, int rank, Traffic& traffic) {
  for (const int source : move.sources)
    traffic.readers.emplace(Place{source, move.source_block}, rank);
  for (const int target : move.targets) {
    const Place place{target, move.target_block};
    const auto [entry, is_new] = traffic.writers.try_emplace(place, &move, rank);
    if (!is_new)
      return fmt::format("ranks {} and {} both write block {} of rank {}", entry->second.second,
                         rank, place.second, target);
  }
  return std::nullopt;
}

Defect conflict(const Traffic& traffic) {
  for (const auto& [place, writer] : traffic.writers) {
    const auto [begin, end] = traffic.readers.equal_range(place);
    for (auto reader = begin; reader != end; ++reader)
      if (reader->second != writer.second)
        return fmt::format("in place, rank {} writes block {} of rank {} while rank {} reads it",
                           writer.second, place.second, place.first, reader->second);
  }
  return std::nullopt;
}

}  // namespace

MovePlan make_moves(Operation operation, int ranks, int root) {
  MovePlan plan{operation, root, 1, {}};
  if (operation != Operation::send_recv) plan.blocks = static_cast<std::uint32_t>(ranks);
  for (int rank = 0; rank < ranks; ++rank)
    plan.ranks.push_back(moves_of(operation, rank, ranks, root));
  return plan;
}

Defect find_defect(const MovePlan& plan, bool in_place) {
  Traffic traffic;
  for (std::size_t rank = 0; rank < plan.ranks.size(); ++rank)
    for (const Move& move : plan.ranks[rank])
      if (auto defect = note(move, static_cast<int>(rank), traffic)) return defect;
  std::size_t wanted_blocks = 0;
  for (int rank = 0; rank < static_cast<int>(plan.ranks.size()); ++rank)
    for (std::uint32_t block = 0; block < plan.blocks; ++block) {
      const auto want = wanted(plan, {rank, block});
      if (!want) continue;
      ++wanted_blocks;
      const auto found = traffic.writers.find({rank, block});
      if (found == traffic.writers.end())
        return fmt::format("nobody writes block {} of rank {}", block, rank);
      const Move& made = *found->second.first;
      if (made.sources != want->sources || made.source_block != want->source_block)
        return fmt::format("block {} of rank {} is made of the wrong inputs", block, rank);
    }
  if (wanted_blocks != traffic.writers.size()) return "a block is written that no output has";
  return in_place ? conflict(traffic) : std::nullopt;
}

}  // namespace assay::collectives
