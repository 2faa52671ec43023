#include "results/judge/peer_copies.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <tuple>

#include "results/judge/device_models.hpp"
#include "results/judge/peer_ways.hpp"
#include "results/judge/profile_check.hpp"
#include "results/quantity.hpp"

namespace assay::results {

namespace {

constexpr const char* benchmark = "peer_copy";
/// More evidence than this tells a reader nothing new.
constexpr std::size_t evidence_at_most = 3;

bool is_peer_copy(const Record& record) {
  return record.benchmark == benchmark && record.host && record.device && record.peer;
}
bool is_measured(const Record& record) {
  return is_peer_copy(record) && record.fast_s && *record.fast_s > 0 && record.size_bytes &&
         record.algorithm;
}
bool is_latency(const std::string& algorithm) { return algorithm == "latency"; }
/// Whether data go to who works.
bool fetches(const std::string& algorithm) { return algorithm == "read" || is_latency(algorithm); }

std::string name_of(const GpuName& gpu) { return gpu.first + " " + gpu.second; }
std::string name_of(const GpuName& device, const GpuName& peer) {
  return name_of(device) + "->" + peer.second;
}

/// A rate as it is shown; of a latency the time of a load, for which `bytes` are fetched.
Measured shown(const std::string& algorithm, double rate) {
  constexpr double line_bytes = 128;
  if (is_latency(algorithm)) return {line_bytes / rate, "s", std::nullopt};
  return {rate, "bytes_per_s", std::nullopt};
}
std::string text_of(const std::string& algorithm, double rate) {
  const Measured measured = shown(algorithm, rate);
  return quantity(measured.value, measured.unit);
}

Suspect suspect_of(const GpuName& gpu, const Finding& finding, const std::string& kind) {
  Suspect suspect;
  suspect.kind = kind;
  suspect.name = name_of(gpu);
  suspect.host = gpu.first;
  suspect.device = gpu.second;
  suspect.layer = "hardware";
  suspect.deficit = finding.deficit;
  suspect.confidence = finding.confidence;
  return suspect;
}

/// Suspects of all kinds of copies together.
class Suspects {
 public:
  void accuse_gpu(const GpuName& gpu, bool sends, const EndFinding& end,
                  const std::string& evidence) {
    auto [entry, is_new] = gpus_.try_emplace(gpu, suspect_of(gpu, end.finding, "gpu"));
    Suspect& suspect = entry->second;
    const std::string direction = sends ? "send" : "receive";
    suspect.direction = is_new || suspect.direction == direction ? direction : "both";
    suspect.deficit = std::max(suspect.deficit, end.finding.deficit);
    suspect.confidence = std::max(suspect.confidence, end.finding.confidence);
    suspect.evidence.push_back(evidence);
    suspect.action =
        fmt::format("look at the NVLinks and the slot of {} (nvidia-smi nvlink -e, nvidia-smi -q)",
                    suspect.name);
  }
  void accuse_path(const GpuName& device, const GpuName& peer, const Finding& finding,
                   const std::string& evidence) {
    Suspect& suspect =
        paths_.try_emplace({device, peer}, suspect_of(device, finding, "path")).first->second;
    suspect.peer = name_of(peer);
    suspect.deficit = std::max(suspect.deficit, finding.deficit);
    suspect.evidence.push_back(evidence);
    suspect.action = fmt::format(
        "look at what lies between {} and {}: NVLinks, switches, ACS and the IOMMU (nvidia-smi "
        "topo -m)",
        suspect.name, *suspect.peer);
  }
  void add_to(Verdict& verdict) {
    for (auto& [gpu, suspect] : gpus_) verdict.suspects.push_back(std::move(suspect));
    for (auto& [ends, suspect] : paths_)  // what a GPU explains is not held against its ways
      if (!gpus_.contains(ends.first) && !gpus_.contains(ends.second))
        verdict.suspects.push_back(std::move(suspect));
  }

 private:
  std::map<GpuName, Suspect> gpus_;
  std::map<std::pair<GpuName, GpuName>, Suspect> paths_;
};

class Judge {
 public:
  Judge(const PeerKinds& all, const Profile* profile, const JudgeOptions& options, Verdict& verdict)
      : all_{all}, profile_{profile}, options_{options}, verdict_{verdict} {}

  void judge(const PeerKind& kind) {
    const PairFindings found = judge_pair_matrix(kind.first, kind.repeats, options_);
    for (const auto& [pair, cell] : kind.first) judge_cell(kind, pair, cell, found);
    accuse(kind, found.senders, true);
    accuse(kind, found.receivers, false);
  }
  void finish() { suspects_.add_to(verdict_); }

 private:
  [[nodiscard]] const GpuName& gpu(int number) const {
    return all_.gpus[static_cast<std::size_t>(number)];
  }

  void judge_cell(const PeerKind& kind, std::pair<int, int> pair, const Series& cell,
                  const PairFindings& found) {
    const PathFinding& path = found.paths.at(pair);
    Finding finding = path.finding;
    Check check;
    check.name = fmt::format("{}/{}", benchmark, kind.algorithm);
    check.of = PartKind::gpu_link;
    check.subject = name_of(gpu(pair.first), gpu(pair.second));
    check.measured = shown(kind.algorithm, cell.overall);
    if (path.first) {
      check.expected = Expected{shown(kind.algorithm, path.first->reference).value, by_peers};
    } else {
      finding.status = Status::skipped;
      finding.reason = "no other pair that is joined alike, and no profile";
    }
    const auto blame = [&](const std::map<int, EndFinding>& ends, int number, const char* what) {
      const auto end = ends.find(number);
      if (end == ends.end() || end->second.finding.status == Status::pass) return;
      finding = end->second.finding;
      finding.reason = fmt::format("{} is slow {}: {}", name_of(gpu(number)), what, finding.reason);
      check.expected = Expected{shown(kind.algorithm, end->second.first.reference).value, by_peers};
    };
    blame(found.receivers, pair.second, "with all who work on its memory");
    blame(found.senders, pair.first, "with all on whose memory it works");
    const bool is_path = path.finding.status == Status::fail && path.first;
    check.status = finding.status;
    check.reason = finding.reason;
    apply_profile(profile_, {check.name}, check, finding);
    if (is_path)
      suspects_.accuse_path(gpu(pair.first), gpu(pair.second), path.finding,
                            evidence(kind, pair, path.first->reference, by_peers));
    else if (failed_by_profile(check))
      suspects_.accuse_path(gpu(pair.first), gpu(pair.second), finding,
                            evidence(kind, pair, check.expected->value, check.expected->source));
    verdict_.checks.push_back(std::move(check));
  }

  [[nodiscard]] std::string evidence(const PeerKind& kind, std::pair<int, int> pair,
                                     double reference, const std::string& source) const {
    return fmt::format("{}/{} {} {}, {} {}", benchmark, kind.algorithm,
                       name_of(gpu(pair.first), gpu(pair.second)),
                       text_of(kind.algorithm, kind.first.at(pair).overall), source,
                       text_of(kind.algorithm, reference));
  }

  void accuse(const PeerKind& kind, const std::map<int, EndFinding>& ends, bool works) {
    for (const auto& [number, end] : ends) {
      if (end.finding.status != Status::fail) continue;
      for (std::size_t i = 0; i < std::min(end.partners.size(), evidence_at_most); ++i) {
        const std::pair pair =
            works ? std::pair{number, end.partners[i]} : std::pair{end.partners[i], number};
        suspects_.accuse_gpu(gpu(number), works != fetches(kind.algorithm), end,
                             evidence(kind, pair, end.first.reference, by_peers));
      }
    }
  }

  const PeerKinds& all_;
  const Profile* profile_;
  const JudgeOptions& options_;
  Verdict& verdict_;
  Suspects suspects_;
};

void judge_access(const Run& run, Verdict& verdict) {
  std::set<std::string> with_access;
  for (const Record& record : run.records)
    if (is_measured(record)) with_access.insert(*record.host);
  for (const Record& record : run.records) {
    if (!is_peer_copy(record) || record.confirmation > 0) continue;
    const auto why = record.report.facts.find("no_access");
    if (why == record.report.facts.end()) continue;
    Check check;
    check.name = fmt::format("{}/access", benchmark);
    check.of = PartKind::gpu_link;
    check.subject = fmt::format("{} {}->{}", *record.host, *record.device, *record.peer);
    check.status = with_access.contains(*record.host) ? Status::inconclusive : Status::skipped;
    check.reason = why->second;
    verdict.checks.push_back(std::move(check));
  }
}

void judge_peer_data(const Run& run, Verdict& verdict) {
  std::map<std::tuple<std::string, std::string, std::string>, std::pair<std::uint64_t, std::string>>
      wrong;  // and the first, as text
  for (const Record& record : run.records) {
    if (!is_measured(record) || !record.wrong) continue;
    auto& [count, first] = wrong[{*record.host, *record.device, *record.peer}];
    count += *record.wrong;
    if (first.empty() && record.first_wrong)
      first = fmt::format("; first by {} at offset {}: expected {}, found {}", *record.algorithm,
                          record.first_wrong->offset, record.first_wrong->expected,
                          record.first_wrong->found);
  }
  for (const auto& [pair, found] : wrong) {
    const auto& [host, device, peer] = pair;
    Check check;
    check.name = fmt::format("{}/data", benchmark);
    check.of = PartKind::gpu_link;
    check.subject = fmt::format("{} {}->{}", host, device, peer);
    check.status = found.first == 0 ? Status::pass : Status::fail;
    check.measured = Measured{static_cast<double>(found.first), "elements", std::nullopt};
    check.expected = Expected{0, "arithmetic: what was sent"};
    if (found.first > 0) {
      check.reason = fmt::format("{} wrong elements{}", found.first, found.second);
      Suspect suspect = suspect_of({host, device}, {Status::fail, 1.0, surest, ""}, "path");
      suspect.layer = "data";
      suspect.peer = name_of({host, peer});
      suspect.evidence.push_back(check.name + " " + check.subject + ": " + check.reason);
      suspect.action = fmt::format("take {} and {} out of use and test both", suspect.name, peer);
      verdict.suspects.push_back(std::move(suspect));
    }
    verdict.checks.push_back(std::move(check));
  }
}

}  // namespace

PeerKinds peer_kinds(const Run& run) {
  PeerKinds all;
  const DeviceModels models{run};
  const PeerWays ways{run};
  std::map<GpuName, int> numbers;
  const auto number_of = [&](const GpuName& gpu) {
    const auto [entry, is_new] = numbers.try_emplace(gpu, static_cast<int>(all.gpus.size()));
    if (is_new) all.gpus.push_back(gpu);
    return entry->second;
  };
  using Key = std::tuple<std::string, std::string, std::string>;  // algorithm, way, model
  std::map<Key, std::map<int, PairMatrix>> kinds;
  for (const Record& record : run.records) {
    if (!is_measured(record)) continue;
    const std::pair pair{number_of({*record.host, *record.device}),
                         number_of({*record.host, *record.peer})};
    const Key key{*record.algorithm, ways.between(*record.host, *record.device, *record.peer),
                  models.of_gpu(*record.host, *record.device)};
    kinds[key][record.confirmation][pair] =
        series_of(record, static_cast<double>(*record.size_bytes));
  }
  for (auto& [key, rounds] : kinds) {
    PeerKind kind{std::get<0>(key), {}, {}};
    for (auto& [round, matrix] : rounds)
      if (round == 0)
        kind.first = std::move(matrix);
      else
        kind.repeats.push_back(std::move(matrix));
    if (!kind.first.empty()) all.kinds.push_back(std::move(kind));
  }
  return all;
}

void judge_peer_copies(const Run& run, const Profile* profile, const JudgeOptions& options,
                       Verdict& verdict) {
  const PeerKinds all = peer_kinds(run);
  Judge judge{all, profile, options, verdict};
  for (const PeerKind& kind : all.kinds) judge.judge(kind);
  judge.finish();
  judge_access(run, verdict);
  judge_peer_data(run, verdict);
}

}  // namespace assay::results
