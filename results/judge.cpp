#include "results/judge.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "results/judge/complete.hpp"
#include "results/judge/data.hpp"
#include "results/judge/devices.hpp"
#include "results/judge/digests.hpp"
#include "results/judge/gpu_failures.hpp"
#include "results/judge/hops.hpp"
#include "results/judge/host_links.hpp"
#include "results/judge/inventory.hpp"
#include "results/judge/links.hpp"
#include "results/judge/network_counters.hpp"
#include "results/judge/network_ports.hpp"
#include "results/judge/pairs.hpp"
#include "results/judge/peer_copies.hpp"
#include "results/judge/profile_check.hpp"
#include "results/judge/soak.hpp"
#include "results/judge/subjects.hpp"
#include "results/judge/telemetry.hpp"
#include "results/judge/witnesses.hpp"

namespace assay::results {

namespace {

/// What looks slow is measured again from a little below the line on: it may be over it next time.
constexpr double suspicion_share = 0.8;
/// At most so many parts are measured again; where more are slow, these tell enough.
constexpr std::size_t suspicions_at_most = 8;

/// Says of ways to sum that this machine has not why they are not judged.
void skip_missing_collectives(const Run& run, Verdict& verdict) {
  for (const Record& record : run.records) {
    const auto why = record.report.facts.find("left_out");
    if (record.benchmark != "all_reduce" || why == record.report.facts.end()) continue;
    Check check;
    check.name = "all_reduce/bandwidth";
    check.subject = collective_subject(record);
    check.of = kind_of_collective(record);
    check.status = Status::skipped;
    check.reason = why->second;
    verdict.checks.push_back(std::move(check));
  }
}

void judge_collectives(const Run& run, const Profile* profile, Verdict& verdict) {
  skip_missing_collectives(run, verdict);
  std::map<std::string, const Record*> latest;
  for (const Record& record : run.records)
    if (record.benchmark == "all_reduce" && record.bus_bandwidth_bytes_per_s)
      latest[fmt::format("{}, {} bytes", collective_subject(record),
                         record.size_bytes.value_or(0))] = &record;
  for (const auto& [subject, record] : latest) {
    Check check;
    check.name = "all_reduce/bandwidth";
    check.subject = subject;
    check.of = kind_of_collective(*record);
    check.status = Status::skipped;
    check.reason = "no profile figure, and one collective of all ranks has no peers";
    check.measured = Measured{*record->bus_bandwidth_bytes_per_s, "bytes_per_s", std::nullopt};
    Finding finding;
    apply_profile(profile,
                  {fmt::format("{}all_reduce/{}/{}", record->memory == "device" ? "device_" : "",
                               record->algorithm.value_or(""), record->size_bytes.value_or(0))},
                  check, finding);
    verdict.checks.push_back(std::move(check));
  }
}

bool is_rate(const Check& check) {
  return check.measured &&
         (check.measured->unit == "bytes_per_s" || check.measured->unit == "flop_per_s");
}

Status overall(Verdict& verdict) {
  const auto has = [&](Status status) {
    return std::any_of(verdict.checks.begin(), verdict.checks.end(),
                       [&](const Check& check) { return check.status == status; });
  };
  const bool judged_a_rate = std::any_of(
      verdict.checks.begin(), verdict.checks.end(),
      [](const Check& check) { return is_rate(check) && check.status != Status::skipped; });
  if (!judged_a_rate) {
    Check check;
    check.name = "run/judged";
    check.subject = "speed";
    check.status = Status::inconclusive;
    check.reason = "nothing to compare any speed with: no peers and no profile";
    verdict.checks.insert(verdict.checks.begin(), std::move(check));
  }
  if (has(Status::fail)) return Status::fail;
  return has(Status::inconclusive) ? Status::inconclusive : Status::pass;
}

/// Real only if all of it is.
std::string label_of(const Run& run) {
  const auto other = std::ranges::find_if(
      run.records, [](const Record& record) { return record.label != real_label; });
  return run.info.label == real_label && other != run.records.end() ? other->label : run.info.label;
}

/// What a comparison with peers could not decide is put down to who else used the machine.
void name_busy_programs(const RunInfo& info, Verdict& verdict) {
  if (info.busy.empty()) return;
  constexpr std::size_t named = 2;  // the busiest stand first
  std::string programs;
  for (std::size_t i = 0; i < std::min(info.busy.size(), named); ++i)
    programs += (i > 0 ? ", " : "") + info.busy[i];
  for (Check& check : verdict.checks)
    if (is_rate(check) && check.status == Status::inconclusive && check.expected &&
        check.expected->source == by_peers)
      check.reason += "; the machine was busy: " + programs;
}

/// All ranks of a host, where there are several hosts, are the host.
void aggregate_hosts(const RunInfo& info, Verdict& verdict) {
  std::map<std::string, std::set<int>> ranks_of;
  for (const auto& identity : info.ranks) ranks_of[identity.host].insert(identity.rank);
  if (ranks_of.size() < 2 || one_rank_per_host(info)) return;
  std::map<std::pair<std::string, std::string>, std::vector<Suspect>> groups;
  for (const Suspect& suspect : verdict.suspects)
    if (suspect.kind == "rank" && suspect.host)
      groups[{*suspect.host, suspect.layer}].push_back(suspect);
  for (const auto& [key, members] : groups) {
    const auto& [host, layer] = key;
    if (members.size() < 2 || members.size() < ranks_of[host].size()) continue;
    Suspect node =
        *std::max_element(members.begin(), members.end(),
                          [](const Suspect& a, const Suspect& b) { return a.deficit < b.deficit; });
    node.kind = "node";
    node.name = host;
    node.rank.reset();
    node.evidence.insert(node.evidence.begin(),
                         fmt::format("all {} ranks of {} are suspects", members.size(), host));
    std::erase_if(verdict.suspects, [&](const Suspect& suspect) {
      return suspect.kind == "rank" && suspect.host == host && suspect.layer == key.second;
    });
    verdict.suspects.push_back(std::move(node));
  }
}

/// A part to be measured again, and how slow it looked.
struct Candidate {
  double deficit;
  Suspicion suspicion;
};

/// Of each pair how slow it, or one of its ends, looked.
std::map<std::pair<int, int>, double> deficits_in(const PairMatrix& matrix,
                                                  const JudgeOptions& options) {
  const PairFindings location = judge_pair_matrix(matrix, {}, options);
  std::map<std::pair<int, int>, double> deficits;
  for (const auto& [pair, path] : location.paths) {
    double& deficit = deficits[pair];
    deficit = path.first ? path.first->deficit() : 0;
    if (const auto sender = location.senders.find(pair.first); sender != location.senders.end())
      deficit = std::max(deficit, sender->second.first.deficit());
    if (const auto receiver = location.receivers.find(pair.second);
        receiver != location.receivers.end())
      deficit = std::max(deficit, receiver->second.first.deficit());
  }
  return deficits;
}

void suspect_pairs(const Run& run, const JudgeOptions& options, double line,
                   std::vector<Candidate>& candidates) {
  for (const LinkKind& kind : link_kinds(run))
    for (const auto& [pair, deficit] : deficits_in(kind.first, options))
      if (deficit >= line)
        candidates.push_back({deficit, {Suspicion::Kind::pair, pair.first, pair.second, "pair"}});
}

/// They are measured again all together, so that one of them is as good as several.
void suspect_gpu_pairs(const Run& run, const JudgeOptions& options, double line,
                       std::vector<Candidate>& candidates) {
  double worst = 0;
  for (const PeerKind& kind : peer_kinds(run).kinds)
    for (const auto& [pair, deficit] : deficits_in(kind.first, options))
      worst = std::max(worst, deficit);
  if (worst >= line)
    candidates.push_back({worst, {Suspicion::Kind::gpu_pair, -1, -1, "peer_copy", "device"}});
}

}  // namespace

Verdict judge(const Run& run, const Profile* profile, const JudgeOptions& options) {
  Verdict verdict;
  verdict.level = run.info.level;
  verdict.profile = profile == nullptr ? "none: peers only" : profile->name;
  verdict.label = label_of(run);
  judge_completeness(run, verdict);
  judge_devices(run, profile, options, verdict);
  judge_pairs(run, profile, options, verdict);
  judge_links(run, profile, options, verdict);
  judge_peer_copies(run, profile, options, verdict);
  judge_network_counters(run, options, verdict);
  judge_network_ports(run, profile, options, verdict);
  name_busy_programs(run.info, verdict);
  judge_data(run, verdict);
  judge_digests(run, verdict);
  judge_inventory(run, profile, verdict);
  judge_gpu_failures(run, verdict);
  judge_host_links(run, verdict);
  judge_soak(run, options, verdict);
  judge_telemetry(run, verdict);
  judge_collectives(run, profile, verdict);
  aggregate_hosts(run.info, verdict);
  judge_hops(run, verdict);
  judge_witnesses(run, verdict);
  sort_suspects(verdict.suspects);
  verdict.verdict = overall(verdict);
  return verdict;
}

std::vector<Suspicion> suspicions(const Run& run, const JudgeOptions& options) {
  const double line = options.fail_deficit * suspicion_share;
  std::vector<Candidate> candidates;
  for (const DeviceCell& cell : device_cells(run))
    if (cell.part && cell.part->first.deficit() >= line)
      candidates.push_back(
          {cell.part->first.deficit(),
           {Suspicion::Kind::device, cell.rank, -1, cell.record->benchmark, cell.record->memory}});
  suspect_pairs(run, options, line, candidates);
  suspect_gpu_pairs(run, options, line, candidates);
  std::stable_sort(candidates.begin(), candidates.end(),
                   [](const Candidate& a, const Candidate& b) { return a.deficit > b.deficit; });
  std::vector<Suspicion> found;
  for (const Candidate& candidate : candidates)
    if (found.size() < suspicions_at_most) found.push_back(candidate.suspicion);
  return found;
}

}  // namespace assay::results
