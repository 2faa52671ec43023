#include "results/judge/pairs.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "results/judge/link_table.hpp"
#include "results/judge/profile_check.hpp"
#include "results/judge/subjects.hpp"
#include "results/quantity.hpp"

namespace assay::results {

namespace {

constexpr const char* unit = "bytes_per_s";
/// More evidence than this tells a reader nothing new.
constexpr std::size_t evidence_at_most = 5;

bool is_pair(const Record& record) {
  return record.benchmark == "pair" && record.from_rank && record.to_rank && record.fast_s &&
         *record.fast_s > 0 && record.size_bytes;
}

std::string joined_names(const RunInfo& info, const std::vector<int>& ranks) {
  std::string text;
  for (const int rank : ranks) text += (text.empty() ? "" : ", ") + rank_name(info, rank);
  return text;
}

/// True where the two ranks were disturbed all the time, in every round, though there are
/// processors for both.
bool is_too_disturbed(const RunInfo& info, const LinkKind& kind, std::pair<int, int> pair) {
  constexpr int ranks_at_work = 2;
  for (const auto& identity : info.ranks)
    if (identity.rank == pair.first && identity.usable_processors > 0 &&
        identity.usable_processors < ranks_at_work && kind.within_host)
      return false;
  std::vector<const PairMatrix*> rounds{&kind.first};
  for (const PairMatrix& repeat : kind.repeats) rounds.push_back(&repeat);
  return std::ranges::all_of(rounds, [&](const PairMatrix* round) {
    const auto cell = round->find(pair);
    return cell == round->end() || cell->second.undisturbed < least_undisturbed;
  });
}

/// The check of one cell: the ends' findings come first, then the path's own.
Check check_of(const Run& run, std::pair<int, int> pair, const LinkKind& kind,
               const PairFindings& location, Finding& finding) {
  const PathFinding& path = location.paths.at(pair);
  const Series& cell = kind.first.at(pair);
  Check check;
  check.name = "pair/bandwidth";
  check.of = PartKind::link;
  check.subject = pair_name(run.info, pair.first, pair.second);
  check.measured = Measured{cell.overall, unit, std::nullopt};
  finding = path.finding;
  if (path.first) {
    check.expected = Expected{path.first->reference, by_peers};
  } else {
    finding.status = Status::skipped;
    finding.reason = "no other link of its kind to compare with, and no profile";
  }
  const auto blame = [&](const std::map<int, EndFinding>& ends, int rank, const char* what) {
    const auto found = ends.find(rank);
    if (found == ends.end() || found->second.finding.status == Status::pass) return;
    finding = found->second.finding;
    finding.reason =
        fmt::format("{} is slow to {}: {}", rank_name(run.info, rank), what, finding.reason);
    check.expected = Expected{found->second.first.reference, by_peers};
  };
  blame(location.receivers, pair.second, "receive");
  blame(location.senders, pair.first, "send");
  if (finding.status == Status::pass && is_too_disturbed(run.info, kind, pair))
    finding = {Status::inconclusive, finding.deficit, 0, too_disturbed};
  check.status = finding.status;
  check.reason = finding.reason;
  return check;
}

void add_cells_as_evidence(const Run& run, const LinkKind& kind, const Comparison& first,
                           const std::vector<std::pair<int, int>>& pairs, Suspect& suspect) {
  for (std::size_t i = 0; i < std::min(pairs.size(), evidence_at_most); ++i)
    suspect.evidence.push_back(fmt::format(
        "{} {}, peers {}", pair_name(run.info, pairs[i].first, pairs[i].second),
        quantity(kind.first.at(pairs[i]).overall, unit), quantity(first.reference, unit)));
}

std::string action_for(const RunInfo& info, int rank, bool within_host) {
  const std::string host = host_of(info, rank);
  return within_host ? fmt::format(
                           "look at what shares the processor of rank {} on {} (top, "
                           "binding); re-run with --bind-to core",
                           rank, host)
                     : fmt::format(
                           "check cable and port of {}; re-run with fewer nodes, {} among "
                           "them",
                           host, host);
}

void accuse_ends(const Run& run, const LinkKind& kind, const PairFindings& location,
                 Verdict& verdict) {
  std::map<int, Suspect> suspects;
  const auto accuse = [&](const std::map<int, EndFinding>& ends, bool sends) {
    for (const auto& [rank, end] : ends) {
      if (end.finding.status != Status::fail) continue;
      auto [entry, is_new] = suspects.try_emplace(rank, suspect_rank(run.info, rank));
      Suspect& suspect = entry->second;
      suspect.direction = is_new ? (sends ? "send" : "receive") : "both";
      suspect.layer = "hardware";
      suspect.deficit = std::max(suspect.deficit, end.finding.deficit);
      suspect.confidence = std::max(suspect.confidence, end.finding.confidence);
      std::vector<std::pair<int, int>> pairs;
      for (const int partner : end.partners)
        pairs.push_back(sends ? std::pair{rank, partner} : std::pair{partner, rank});
      add_cells_as_evidence(run, kind, end.first, pairs, suspect);
      suspect.evidence.push_back("confirmed with " + joined_names(run.info, end.confirming));
      suspect.action = action_for(run.info, rank, kind.within_host);
    }
  };
  accuse(location.senders, true);
  accuse(location.receivers, false);
  for (auto& [rank, suspect] : suspects) verdict.suspects.push_back(std::move(suspect));
}

/// The ranks found slow in any kind of link.
struct SlowEnds {
  std::set<int> senders;
  std::set<int> receivers;
};

SlowEnds slow_ends(const std::vector<PairFindings>& locations) {
  const auto add = [](const std::map<int, EndFinding>& ends, std::set<int>& slow) {
    for (const auto& [rank, end] : ends)
      if (end.finding.status == Status::fail) slow.insert(rank);
  };
  SlowEnds slow;
  for (const PairFindings& location : locations) {
    add(location.senders, slow.senders);
    add(location.receivers, slow.receivers);
  }
  return slow;
}

Suspect path_suspect(const RunInfo& info, std::pair<int, int> pair, const Finding& finding) {
  Suspect suspect = suspect_rank(info, pair.first);
  suspect.kind = "path";
  suspect.peer = rank_name(info, pair.second);
  suspect.layer = "hardware";
  suspect.deficit = finding.deficit;
  suspect.confidence = finding.confidence;
  return suspect;
}

/// What is known of the two ends of a slow path.
void describe_ends(const RunInfo& info, std::pair<int, int> pair, const PairFindings& location,
                   Suspect& suspect) {
  const bool ends_are_judged =
      location.senders.count(pair.first) > 0 && location.receivers.count(pair.second) > 0;
  if (ends_are_judged) {
    suspect.evidence.emplace_back("both ends are sound with their other partners");
    suspect.action =
        fmt::format("check the way between {} and {}; re-run with those two and one other",
                    suspect.name, *suspect.peer);
    return;
  }
  suspect.evidence.push_back(
      fmt::format("{}: cannot tell which end is at fault, only that {} is slow",
                  info.ranks.size() == 2 ? "two ranks" : "one partner each",
                  pair_name(info, pair.first, pair.second)));
  suspect.action = "re-run with three ranks or more of this kind to tell the ends apart";
}

void accuse_paths(const Run& run, const LinkKind& kind, const PairFindings& location,
                  const SlowEnds& slow, Verdict& verdict) {
  for (const auto& [pair, path] : location.paths) {
    if (path.finding.status != Status::fail || !path.first) continue;
    // What another kind of link shows of an end explains this one.
    if (slow.senders.count(pair.first) > 0 || slow.receivers.count(pair.second) > 0) continue;
    Suspect suspect = path_suspect(run.info, pair, path.finding);
    add_cells_as_evidence(run, kind, *path.first, {pair}, suspect);
    describe_ends(run.info, pair, location, suspect);
    verdict.suspects.push_back(std::move(suspect));
  }
}

/// A profile knows what a pair should reach, not which of its ends keeps it from that.
void accuse_by_profile(const Run& run, std::pair<int, int> pair, const Check& check,
                       const Finding& finding, Verdict& verdict) {
  Suspect suspect = path_suspect(run.info, pair, finding);
  suspect.evidence.push_back(
      fmt::format("{} {}, {} {}", check.subject, quantity(check.measured->value, unit),
                  check.expected->source, quantity(check.expected->value, unit)));
  suspect.action = fmt::format("check the way between {} and {}, and whether the profile fits",
                               suspect.name, *suspect.peer);
  verdict.suspects.push_back(std::move(suspect));
}

}  // namespace

std::vector<LinkKind> link_kinds(const Run& run) {
  std::map<bool, std::map<int, PairMatrix>> rounds;  // by whether they stay within the host
  std::map<std::pair<int, int>, std::string> transports;
  for (const Record& record : run.records) {
    if (!is_pair(record) || is_link(run.info, record)) continue;
    const std::pair pair{*record.from_rank, *record.to_rank};
    const bool within_host = host_of(run.info, pair.first) == host_of(run.info, pair.second);
    rounds[within_host][record.confirmation][pair] =
        series_of(record, static_cast<double>(*record.size_bytes));
    transports[pair] = record.transport.value_or("");
  }
  std::vector<LinkKind> kinds;
  for (auto& [within_host, matrices] : rounds) {
    LinkKind kind;
    kind.within_host = within_host;
    kind.transports = transports;
    for (auto& [round, matrix] : matrices)
      if (round == 0)
        kind.first = std::move(matrix);
      else if (round > 0)
        kind.repeats.push_back(std::move(matrix));
    if (!kind.first.empty()) kinds.push_back(std::move(kind));
  }
  return kinds;
}

void judge_pairs(const Run& run, const Profile* profile, const JudgeOptions& options,
                 Verdict& verdict) {
  const auto kinds = link_kinds(run);
  std::vector<PairFindings> locations;
  for (const LinkKind& kind : kinds)
    locations.push_back(judge_pair_matrix(kind.first, kind.repeats, options));
  const SlowEnds slow = slow_ends(locations);
  for (std::size_t i = 0; i < kinds.size(); ++i) {
    const LinkKind& kind = kinds[i];
    for (const auto& [pair, cell] : kind.first) {
      Finding finding;
      Check check = check_of(run, pair, kind, locations[i], finding);
      apply_profile(profile, {"pair/" + kind.transports.at(pair), "pair"}, check, finding);
      if (failed_by_profile(check)) accuse_by_profile(run, pair, check, finding, verdict);
      verdict.checks.push_back(std::move(check));
    }
    accuse_ends(run, kind, locations[i], verdict);
    accuse_paths(run, kind, locations[i], slow, verdict);
  }
}

}  // namespace assay::results
