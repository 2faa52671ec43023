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

/// The moves of one rank that reads and writes everywhere.
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
    case Operation::all_to_all:
    case Operation::all_to_all_v: {
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

/// Whether every rank works on its own part of the whole.
bool pulls_are_cut(Operation operation) {
  return info(operation).has_blocks || operation == Operation::all_reduce;
}

/// The moves of one rank that writes its own output only, in a phase from inputs: what its output
/// holds, but of a sum its own part.
std::vector<Move> pulls_of(Operation operation, int rank, int ranks, int root) {
  const OperationInfo& what = info(operation);
  const int blocks = what.reduces ? 1 : blocks_held(what, what.output, rank == root, ranks);
  std::vector<Move> moves;
  for (int step = 0; step < blocks; ++step) {  // not all from the same rank at once
    const int block = pulls_are_cut(operation) ? (rank + step) % ranks : 0;
    const BlockSource source = source_of(operation, rank, block, ranks, root);
    moves.push_back({source.rank == BlockSource::all_ranks ? all_of(ranks) : Ranks{source.rank},
                     static_cast<std::uint32_t>(source.block),
                     {rank},
                     static_cast<std::uint32_t>(block)});
  }
  return moves;
}

/// The second phase of an all-reduce: the sums of the others.
std::vector<Move> sums_of_others(int rank, int ranks) {
  std::vector<Move> moves;
  for (int step = 1; step < ranks; ++step) {
    const int peer = (rank + step) % ranks;
    const auto block = static_cast<std::uint32_t>(peer);
    moves.push_back({{peer}, block, {rank}, block, true});
  }
  return moves;
}

using Defect = std::optional<std::string>;

/// A block of a rank's buffer.
struct Place {
  int rank;
  std::uint32_t block;
  bool is_output;

  friend auto operator<=>(const Place&, const Place&) = default;
};

/// Whose inputs an output's block was made of, and which block of theirs.
struct Content {
  Ranks sources;
  std::uint32_t block = 0;

  friend bool operator==(const Content&, const Content&) = default;
};

/// What an output's block must be made of; none where the rank has no such block.
std::optional<Content> wanted(const MovePlan& plan, int rank, std::uint32_t block) {
  const OperationInfo& operation = info(plan.operation);
  if (operation.output == Part::whole_at_root && rank != plan.root) return std::nullopt;
  if (operation.output == Part::own && block != static_cast<std::uint32_t>(rank))
    return std::nullopt;
  const BlockSource source =
      source_of(plan.operation, rank, static_cast<int>(block), plan.ranks, plan.root);
  return Content{source.rank == BlockSource::all_ranks ? all_of(plan.ranks) : Ranks{source.rank},
                 static_cast<std::uint32_t>(source.block)};
}

/// Executes a plan symbolically, phase by phase.
class MoveCheck {
 public:
  MoveCheck(const MovePlan& plan, bool in_place) : plan_{plan}, in_place_{in_place} {}

  [[nodiscard]] Defect run() {
    if (in_place_ && !plan_.weights.are_symmetric())
      return "blocks lie elsewhere in the output than in the input";
    for (const MovePlan::Phase& phase : plan_.phases)
      if (auto defect = run(phase)) return defect;
    return goal_defect();
  }

 private:
  /// Where a place lies: in place, an input lies in the output.
  [[nodiscard]] Place memory_of(Place place) const {
    place.is_output |= in_place_;
    return place;
  }

  [[nodiscard]] Defect run(const MovePlan::Phase& phase) {
    std::map<Place, int> writers;
    std::multimap<Place, int> readers;
    std::map<Place, Content> made;
    for (int rank = 0; rank < plan_.ranks; ++rank)
      for (const Move& move : phase[static_cast<std::size_t>(rank)]) {
        for (const int source : move.sources)
          readers.emplace(memory_of({source, move.source_block, move.from_output}), rank);
        const auto content = content_of(move);
        if (!content) return fmt::format("rank {} reads a block that nobody has written", rank);
        if (!is_of_one_length(move))
          return fmt::format("rank {} moves block {} to one of another length", rank,
                             move.source_block);
        for (const int target : move.targets) {
          const Place place{target, move.target_block, true};
          // In place, a block that stays where it is is not written.
          if (move.sources.size() == 1 &&
              memory_of({move.sources.front(), move.source_block, move.from_output}) == place) {
            made[place] = *content;
            continue;
          }
          const auto [entry, is_new] = writers.emplace(place, rank);
          if (!is_new)
            return fmt::format("ranks {} and {} both write block {} of rank {}", entry->second,
                               rank, place.block, target);
          made[place] = *content;
        }
      }
    made.merge(outputs_);  // what was not written again stays
    outputs_ = std::move(made);
    return conflict(writers, readers);
  }

  [[nodiscard]] bool is_of_one_length(const Move& move) const {
    if (plan_.weights.are_equal()) return true;
    const auto weight = [&](Side side, int rank, std::uint32_t block) {
      return plan_.weights.weight(side, rank, static_cast<int>(block));
    };
    return move.sources.size() == 1 && move.targets.size() == 1 &&
           weight(move.from_output ? Side::output : Side::input, move.sources.front(),
                  move.source_block) ==
               weight(Side::output, move.targets.front(), move.target_block);
  }

  /// None: something is read that was never written.
  [[nodiscard]] std::optional<Content> content_of(const Move& move) const {
    if (!move.from_output) return Content{move.sources, move.source_block};
    const auto found = outputs_.find({move.sources.front(), move.source_block, true});
    if (move.sources.size() != 1 || found == outputs_.end()) return std::nullopt;
    return found->second;
  }

  [[nodiscard]] static Defect conflict(const std::map<Place, int>& writers,
                                       const std::multimap<Place, int>& readers) {
    for (const auto& [place, writer] : writers) {
      const auto [begin, end] = readers.equal_range(place);
      for (auto reader = begin; reader != end; ++reader)
        if (reader->second != writer)
          return fmt::format("rank {} writes block {} of rank {} while rank {} reads it", writer,
                             place.block, place.rank, reader->second);
    }
    return std::nullopt;
  }

  [[nodiscard]] Defect goal_defect() const {
    std::size_t wanted_blocks = 0;
    for (int rank = 0; rank < plan_.ranks; ++rank)
      for (std::uint32_t block = 0; block < plan_.blocks; ++block) {
        const auto want = wanted(plan_, rank, block);
        if (!want) continue;
        ++wanted_blocks;
        const auto found = outputs_.find({rank, block, true});
        if (found == outputs_.end())
          return fmt::format("nobody writes block {} of rank {}", block, rank);
        if (found->second != *want)
          return fmt::format("block {} of rank {} is made of the wrong inputs", block, rank);
      }
    if (wanted_blocks != outputs_.size()) return "a block is written that no output has";
    return std::nullopt;
  }

  const MovePlan& plan_;
  bool in_place_;
  std::map<Place, Content> outputs_;
};

MovePlan empty_plan(Operation operation, int ranks, int root, bool is_cut,
                    const BlockWeights& weights) {
  return {.operation = operation,
          .root = root,
          .ranks = ranks,
          .blocks = is_cut ? static_cast<std::uint32_t>(ranks) : 1,
          .phases = {},
          .weights = weights};
}

}  // namespace

MovePlan make_moves(Operation operation, int ranks, int root, const BlockWeights& weights) {
  const bool is_cut = operation != Operation::send_recv;
  MovePlan plan = empty_plan(operation, ranks, root, is_cut, weights);
  auto& phase = plan.phases.emplace_back();
  for (int rank = 0; rank < ranks; ++rank) phase.push_back(moves_of(operation, rank, ranks, root));
  return plan;
}

std::optional<MovePlan> make_pulls(Operation operation, int ranks, int root,
                                   const BlockWeights& weights) {
  if (operation == Operation::reduce || operation == Operation::transfer) return std::nullopt;
  MovePlan plan = empty_plan(operation, ranks, root, pulls_are_cut(operation), weights);
  auto& first = plan.phases.emplace_back();
  for (int rank = 0; rank < ranks; ++rank) first.push_back(pulls_of(operation, rank, ranks, root));
  if (operation != Operation::all_reduce) return plan;
  auto& second = plan.phases.emplace_back();
  for (int rank = 0; rank < ranks; ++rank) second.push_back(sums_of_others(rank, ranks));
  return plan;
}

Defect find_defect(const MovePlan& plan, bool in_place) { return MoveCheck{plan, in_place}.run(); }

}  // namespace assay::collectives
