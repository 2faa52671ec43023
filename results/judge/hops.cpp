#include "results/judge/hops.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "results/hops.hpp"
#include "results/judge/part.hpp"
#include "results/judge/subjects.hpp"

namespace assay::results {

namespace {

std::string culprit_name(const std::vector<std::string>& names, const Culprit& culprit) {
  const std::string& from = names[static_cast<std::size_t>(culprit.from)];
  if (culprit.kind == Culprit::Kind::rank) return from;
  return from + "->" + names[static_cast<std::size_t>(culprit.to)];
}

/// Whether a suspect explains it: the link passes one of its ends, or its leaf.
bool explains(const RunInfo& info, const Suspect& suspect, const Culprit& culprit) {
  const std::string from = host_of(info, culprit.from);
  const std::string to = culprit.kind == Culprit::Kind::edge ? host_of(info, culprit.to) : from;
  if (suspect.rank) return *suspect.rank == culprit.from || *suspect.rank == culprit.to;
  if (suspect.kind == "uplink" || suspect.kind == "switch") {
    if (!info.network) return false;
    const auto leaf_name = [&](const std::string& host) {
      const int leaf = info.network->leaf_of(host);
      return leaf < 0 ? std::string{} : info.network->leaves[static_cast<std::size_t>(leaf)].name;
    };
    return leaf_name(from) == suspect.name || leaf_name(to) == suspect.name;
  }
  return suspect.name == from || suspect.name == to;
}

Check check_of(const Run& run, const Record& record, std::vector<Suspect>& suspects) {
  const HopFindings findings = find_culprits(*record.trace);
  const auto names = hop_names(run.info);
  Check check;
  check.name = "hops/" + record.algorithm.value_or("");
  check.of = PartKind::collective;
  check.subject =
      fmt::format("{} ranks, {} bytes", record.ranks.value_or(0), record.size_bytes.value_or(0));
  check.status = Status::pass;
  for (const Culprit& culprit : findings.culprits) {
    const std::string seen =
        fmt::format("{} costs {} of one {}", culprit_name(names, culprit), percent(culprit.cost),
                    record.algorithm.value_or("collective"));
    const auto suspect = std::ranges::find_if(
        suspects, [&](const Suspect& one) { return explains(run.info, one, culprit); });
    if (suspect != suspects.end()) {
      suspect->evidence.push_back("hop trace: " + seen);
    } else {
      check.status = Status::skipped;
      check.reason += (check.reason.empty() ? "" : "; ") + seen +
                      ", and nothing else shows it: one collective convicts nobody";
    }
  }
  return check;
}

}  // namespace

std::vector<std::string> hop_names(const RunInfo& info) {
  std::vector<std::string> names;
  for (const RankIdentity& rank : info.ranks) names.push_back(rank_name(info, rank.rank));
  return names;
}

void judge_hops(const Run& run, Verdict& verdict) {
  if (run.info.network && !run.info.network->no_hops.empty()) {
    Check check;
    check.name = "hops/ring";
    check.of = PartKind::collective;
    check.subject = fmt::format("{} ranks", run.info.ranks.size());
    check.status = Status::skipped;
    check.reason = run.info.network->no_hops;
    verdict.checks.push_back(std::move(check));
  }
  for (const Record& record : run.records)
    if (record.trace && record.ranks == static_cast<int>(run.info.ranks.size()))
      verdict.checks.push_back(check_of(run, record, verdict.suspects));
}

}  // namespace assay::results
