#pragma once

#include <string>
#include <utility>
#include <vector>

#include "results/judge.hpp"
#include "results/judge/pair_model.hpp"

namespace assay::results {

/// A GPU by its host and name.
using GpuName = std::pair<std::string, std::string>;

/// Pairs of GPUs of one model, joined alike, by one way of copying.
struct PeerKind {
  std::string algorithm;
  PairMatrix first;  ///< (who works, whose memory), as numbers of `gpus`
  std::vector<PairMatrix> repeats;
};
struct PeerKinds {
  std::vector<GpuName> gpus;
  std::vector<PeerKind> kinds;
};
[[nodiscard]] PeerKinds peer_kinds(const Run& run);

/// Adds of each ordered pair of GPUs and each way of copying the check peer_copy/WAY, against pairs
/// that are joined alike (PeerWays) and the profile, and peer_copy/data. A GPU that is slow with
/// all its peers is the suspect, else the path between two. A pair without access is inconclusive,
/// unless no pair of its host has any: then that is how the host is set up, and is skipped.
void judge_peer_copies(const Run& run, const Profile* profile, const JudgeOptions& options,
                       Verdict& verdict);

}  // namespace assay::results
