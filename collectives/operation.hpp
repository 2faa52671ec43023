#pragma once

#include <array>
#include <string_view>

namespace assay::collectives {

/// What a collective promises about the buffers when it is done. A buffer of n ranks' parts holds n
/// blocks of `count` elements, block i being rank i's; one of a single part holds `count` elements.
enum class Operation {
  all_reduce,      ///< every output: the sum of all inputs
  reduce_scatter,  ///< output of rank i: the sum of all inputs' blocks i
  all_gather,      ///< every output: block i is rank i's input
  broadcast,       ///< every output: the root's input
  reduce,          ///< the root's output: the sum of all inputs
  gather,          ///< the root's output: block i is rank i's input
  scatter,         ///< output of rank i: block i of the root's input
  all_to_all,      ///< output of rank j: block i is block j of rank i's input
  all_to_all_v,    ///< the same with blocks of lengths of their own: see BlockWeights
  send_recv,       ///< output of rank i: rank i-1's input, the last rank being before the first
  transfer,        ///< the one receiver's output: the one sender's input; no other output changes
};

/// How much of the operation's blocks a rank's buffer holds.
enum class Part {
  whole,          ///< all n blocks (or the one, where the operation has no blocks)
  own,            ///< this rank's block
  whole_at_root,  ///< all of them on the root; on other ranks there is no such buffer
};

struct OperationInfo {
  Operation operation;
  std::string_view name;       ///< of the benchmark, in records and options
  std::string_view perf_name;  ///< nccl-tests' program without its _perf
  Part input;
  Part output;
  bool has_blocks;  ///< the whole is n blocks of `count` elements, not `count` elements
  bool reduces;
  bool has_root;
  bool has_weights = false;  ///< its blocks may differ in length, by BlockWeights
};
inline constexpr std::array operations{
    OperationInfo{Operation::all_reduce, "all_reduce", "all_reduce", Part::whole, Part::whole,
                  false, true, false},
    OperationInfo{Operation::reduce_scatter, "reduce_scatter", "reduce_scatter", Part::whole,
                  Part::own, true, true, false},
    OperationInfo{Operation::all_gather, "all_gather", "all_gather", Part::own, Part::whole, true,
                  false, false},
    OperationInfo{Operation::broadcast, "broadcast", "broadcast", Part::whole_at_root, Part::whole,
                  false, false, true},
    OperationInfo{Operation::reduce, "reduce", "reduce", Part::whole, Part::whole_at_root, false,
                  true, true},
    OperationInfo{Operation::gather, "gather", "gather", Part::own, Part::whole_at_root, true,
                  false, true},
    OperationInfo{Operation::scatter, "scatter", "scatter", Part::whole_at_root, Part::own, true,
                  false, true},
    OperationInfo{Operation::all_to_all, "all_to_all", "alltoall", Part::whole, Part::whole, true,
                  false, false},
    OperationInfo{Operation::all_to_all_v, "all_to_all_v", "alltoallv", Part::whole, Part::whole,
                  true, false, false, true},
    OperationInfo{Operation::send_recv, "send_recv", "sendrecv", Part::whole, Part::whole, false,
                  false, false},
    OperationInfo{Operation::transfer, "pair", "", Part::whole, Part::whole, false, false, false},
};

[[nodiscard]] constexpr const OperationInfo& info(Operation operation) {
  return operations[static_cast<std::size_t>(operation)];
}

/// Blocks of `part` that a rank's buffer holds; 0: it has none.
[[nodiscard]] constexpr int blocks_held(const OperationInfo& operation, Part part, bool is_root,
                                        int ranks) {
  if (part == Part::whole_at_root && !is_root) return 0;
  return operation.has_blocks && part != Part::own ? ranks : 1;
}

/// Where a block of an output comes from.
struct BlockSource {
  static constexpr int all_ranks = -1;

  int rank = 0;   ///< of whose input; all_ranks: the sum of all inputs'
  int block = 0;  ///< by its number in the whole
  friend bool operator==(const BlockSource&, const BlockSource&) = default;
};

/// What makes up block `block` of the whole, where a rank's output holds it. `root` of a transfer:
/// the sender.
[[nodiscard]] constexpr BlockSource source_of(Operation operation, int rank, int block, int ranks,
                                              int root) {
  switch (operation) {
    case Operation::all_reduce:
    case Operation::reduce_scatter:
    case Operation::reduce:
      return {BlockSource::all_ranks, block};
    case Operation::all_gather:
    case Operation::gather:
      return {block, block};
    case Operation::broadcast:
    case Operation::scatter:
    case Operation::transfer:
      return {root, block};
    case Operation::all_to_all:
    case Operation::all_to_all_v:
      return {block, rank};
    case Operation::send_recv:
      return {(rank + ranks - 1) % ranks, block};
  }
  return {};
}

}  // namespace assay::collectives
