#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "collectives/block_weights.hpp"
#include "collectives/operation.hpp"

namespace assay::collectives {

/// What one rank does in one go: the block of each source's buffer, summed in the order given,
/// becomes the block of each target's output. One source: a copy.
struct Move {
  std::vector<int> sources;
  std::uint32_t source_block = 0;
  std::vector<int> targets;
  std::uint32_t target_block = 0;
  bool from_output = false;  ///< the sources' outputs are read, not their inputs
};

/// A collective in which ranks reach into each other's buffers. In each phase everyone arrives, and
/// then every rank makes its moves; in the end everyone meets once more.
struct MovePlan {
  using Phase = std::vector<std::vector<Move>>;  ///< by rank

  Operation operation = Operation::all_reduce;
  int root = 0;
  int ranks = 1;
  std::uint32_t blocks = 1;
  std::vector<Phase> phases;
  BlockWeights weights = {};  ///< where the operation has them; each move is then of one block
};

/// Ranks read all sources and write all targets, in one phase. Every operation but `transfer` has
/// this.
/// Cost    all_reduce, reduce, broadcast: each rank works on 1/n of the data, which crosses between
///         ranks once on its way in and once on its way out; the others move each block once.
/// Order   sums in the order of ranks: the same for all.
/// Precondition: ranks >= 1, 0 <= root < ranks.
[[nodiscard]] MovePlan make_moves(Operation operation, int ranks, int root,
                                  const BlockWeights& weights = {});

/// Ranks read all sources but write their own output only, as the kernel lets them copy from
/// another process's memory. None of `reduce` (ranks other than the root have nowhere to sum) and
/// `transfer`. Cost    all_reduce: a reduce-scatter and an all-gather, two phases; the others as
/// above, but a
///         broadcast is read whole by every rank.
/// Order and precondition as above.
[[nodiscard]] std::optional<MovePlan> make_pulls(Operation operation, int ranks, int root,
                                                 const BlockWeights& weights = {});

/// What is wrong with a plan; none: every output ends with what the operation promises, every move
/// is from blocks of one length to blocks of the same, and within a phase no place is written by
/// two ranks, or written by one and read by another. `in_place`: with input and output in one
/// memory, too. Cost    proportional to the sources and targets of all moves.
[[nodiscard]] std::optional<std::string> find_defect(const MovePlan& plan, bool in_place);

}  // namespace assay::collectives
