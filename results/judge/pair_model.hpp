#pragma once

#include <map>
#include <optional>
#include <utility>
#include <vector>

#include "results/judge/part.hpp"

namespace assay::results {

/// (from, to) -> what that direction could do, in bytes per second; any may be missing.
using PairMatrix = std::map<std::pair<int, int>, Series>;

/// What the model says of one cell, and of the two ends.
struct PathFinding {
  Finding finding;
  std::optional<Comparison> first;  ///< absent: nothing to compare it with
};
struct EndFinding {
  Finding finding;
  Comparison first;
  std::vector<int> partners;    ///< with which it was found slow in the first round
  std::vector<int> confirming;  ///< and in a repeat
};

struct PairFindings {
  std::map<int, EndFinding> senders;
  std::map<int, EndFinding> receivers;
  std::map<std::pair<int, int>, PathFinding> paths;  ///< every cell of the first round
};

/// Finds slow senders, receivers and paths in matrices of one kind of link: the first round and
/// the repeats that confirm.
///
/// Model    b[i][j] = min(send_i, receive_j, path_ij) x noise. An upper envelope of a row estimates
///          send_i, of a column receive_j: it survives bad partners, where a mean does not. What
///          an end explains is not held against the path or the other end.
/// Ends     are judged with at least two partners. With one (two ranks) nothing tells which end is
///          at fault: then only paths are found.
[[nodiscard]] PairFindings judge_pair_matrix(const PairMatrix& first,
                                             const std::vector<PairMatrix>& repeats,
                                             const JudgeOptions& options);

}  // namespace assay::results
