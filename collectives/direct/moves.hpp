#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "collectives/operation.hpp"

namespace assay::collectives {

/// What one rank does with registered memory in one go: the block of each source's input, summed in
/// the order given, becomes the block of each target's output. One source: a copy.
struct Move {
  std::vector<int> sources;
  std::uint32_t source_block = 0;
  std::vector<int> targets;
  std::uint32_t target_block = 0;
};

/// A collective over registered memory: everyone arrives, every rank makes its moves, everyone is
/// done. Each block is moved by one rank only, so that no two write to one place.
struct MovePlan {
  Operation operation = Operation::all_reduce;
  int root = 0;
  std::uint32_t blocks = 1;
  std::vector<std::vector<Move>> ranks;
};

/// Every operation but `transfer` has one.
/// Cost    all_reduce, reduce, broadcast: each rank works on 1/n of the data, which crosses between
///         ranks once on its way in and once on its way out; the others move each block once.
/// Order   sums in the order of ranks: the same for all.
/// Precondition: ranks >= 1, 0 <= root < ranks.
[[nodiscard]] MovePlan make_moves(Operation operation, int ranks, int root);

/// What is wrong with a plan; none: every output ends with what the operation promises, every block
/// of it written exactly once. `in_place`: with input and output in one memory, too, where a rank
/// must not write what another one reads, whichever is quicker. Cost    proportional to the sources
/// and targets of all moves.
[[nodiscard]] std::optional<std::string> find_defect(const MovePlan& plan, bool in_place);

}  // namespace assay::collectives
