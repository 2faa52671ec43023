#pragma once

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "results/judge.hpp"
#include "results/judge/pair_model.hpp"

namespace assay::results {

/// The links of one kind: those inside hosts, or those between them.
struct LinkKind {
  bool within_host = false;
  std::map<std::pair<int, int>, std::string> transports;
  PairMatrix first;
  std::vector<PairMatrix> repeats;
};

/// The bandwidth matrices of a run between ranks; a kind without cells is left out, and so are
/// links that judge_links knows.
[[nodiscard]] std::vector<LinkKind> link_kinds(const Run& run);

/// Checks and suspects of all pairs: bandwidth against peers and profile, and right data.
void judge_pairs(const Run& run, const Profile* profile, const JudgeOptions& options,
                 Verdict& verdict);

}  // namespace assay::results
