#include "results/judge/soak.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>

#include "results/drift.hpp"
#include "results/judge/inventory.hpp"
#include "results/judge/part.hpp"
#include "results/judge/series.hpp"
#include "results/judge/subjects.hpp"
#include "results/quantity.hpp"
#include "results/statistics.hpp"

namespace assay::results {

namespace {

/// One-sided, a sound part is as far from chance as this once in a thousand.
constexpr double surest_z = 3.1;
constexpr double spike_times = 2;  ///< the median
/// A share of spikes that is a fault of the part, if its peers have a fraction of it.
constexpr double many_spikes = 0.01;
constexpr double times_peers = 5;
constexpr int spikes_at_least = 5;
/// A soak of which less is known says nothing of drift.
constexpr double known_windows = 0.5;

/// One part in all windows.
struct Track {
  const Record* any = nullptr;
  std::map<int, double> rates;  ///< by window: what it could do in it
  int windows = 0;              ///< also those in which it was disturbed all the time
  std::size_t samples = 0;
  std::size_t spikes = 0;

  [[nodiscard]] double spike_share() const {
    return samples == 0 ? 0 : static_cast<double>(spikes) / static_cast<double>(samples);
  }
};
using Tracks = std::map<std::string, Track>;

double work_of(const Record& record) {
  if (record.rate_flop_per_s) return *record.rate_flop_per_s * *record.median_s;
  return record.bus_bandwidth_bytes_per_s.value_or(
             record.algorithm_bandwidth_bytes_per_s.value_or(0)) *
         *record.median_s;
}

std::string subject_of(const RunInfo& info, const Record& record) {
  if (record.from_rank && record.to_rank)
    return pair_name(info, *record.from_rank, *record.to_rank);
  if (record.peer) return gpu_subject(record) + "->" + *record.peer;
  if (record.rank) return device_subject(info, record);
  return collective_subject(record);
}

PartKind kind_of(const Record& record) {
  if (record.from_rank && record.to_rank) return PartKind::link;
  if (record.peer) return PartKind::gpu_link;
  return record.rank ? kind_of_device(record) : kind_of_collective(record);
}

void count_spikes(const Record& record, Track& track) {
  for (std::size_t i = 0; i < record.samples_s.size(); ++i) {
    if (i < record.disturbed.size() && record.disturbed[i] != 0) continue;
    ++track.samples;
    if (record.samples_s[i] > spike_times * *record.median_s) ++track.spikes;
  }
}

Tracks tracks_of(const Run& run, const std::string& benchmark) {
  Tracks tracks;
  for (const Record& record : run.records) {
    if (record.benchmark != benchmark || !record.window || !record.median_s || !record.fast_s)
      continue;
    Track& track = tracks[subject_of(run.info, record)];
    track.any = &record;
    ++track.windows;
    count_spikes(record, track);
    if (undisturbed_share(record) >= least_undisturbed)
      track.rates[*record.window] = work_of(record) / *record.fast_s;
  }
  return tracks;
}

/// A part's rates as shares of what its peers could do in the same windows; where there are none,
/// of nothing.
std::vector<double> held_against_peers(const Tracks& tracks, const Track& own) {
  std::vector<double> shares;
  for (const auto& [window, rate] : own.rates) {
    std::vector<double> peers;
    for (const auto& [subject, track] : tracks)
      if (const auto found = track.rates.find(window); &track != &own && found != track.rates.end())
        peers.push_back(found->second);
    shares.push_back(peers.empty() ? rate : rate / median(peers));
  }
  return shares;
}

double spikes_of_peers(const Tracks& tracks, const Track& own) {
  std::vector<double> shares;
  for (const auto& [subject, track] : tracks)
    if (&track != &own) shares.push_back(track.spike_share());
  return shares.empty() ? 0 : median(shares);
}

bool is_known(const Track& track) {
  return static_cast<double>(track.rates.size()) >= known_windows * track.windows;
}

bool most_peers_are_known(const Tracks& tracks, const Track& own) {
  std::size_t known = 0;
  for (const auto& [subject, track] : tracks) known += &track != &own && is_known(track) ? 1 : 0;
  return 2 * known >= tracks.size() - 1;
}

/// What was found of one part.
struct SoakFinding {
  Status status = Status::pass;
  std::string fault;  ///< empty: none
  double deficit = 0;
};

SoakFinding find_fault(const Tracks& tracks, const Track& own, const Drift& drift,
                       const JudgeOptions& options) {
  const bool has_peers = tracks.size() > 1;
  // What disturbs most parts also makes spikes in samples that were not seen to be disturbed.
  if (!is_known(own) || (has_peers && !most_peers_are_known(tracks, own)))
    return {Status::inconclusive, too_disturbed, 0};
  SoakFinding found;
  const auto blame = [&](const std::string& fault, double deficit) {
    found.status = has_peers ? Status::fail : Status::inconclusive;
    found.fault += (found.fault.empty() ? "" : ", ") + fault;
    if (!has_peers) found.fault += "; it has no peers to tell whether all of the machine did so";
    found.deficit = std::max(found.deficit, deficit);
  };
  if (drift.known && drift.change <= -options.fail_deficit && drift.z <= -surest_z)
    blame(
        fmt::format("fell by {}{}", percent(-drift.change), has_peers ? " against its peers" : ""),
        -drift.change);
  if (own.spikes >= spikes_at_least && own.spike_share() >= many_spikes &&
      own.spike_share() > times_peers * spikes_of_peers(tracks, own) && has_peers)
    blame(fmt::format("{} of {} samples took more than twice the usual time, where peers have {}",
                      own.spikes, own.samples, quantity(spikes_of_peers(tracks, own), "share")),
          own.spike_share());
  if (found.status != Status::pass) return found;
  if (!drift.known)
    return {Status::inconclusive,
            fmt::format("{} windows are too few to tell a drift; at least {}", own.rates.size(),
                        windows_for_drift),
            0};
  return found;
}

std::string told(const Track& track, const Drift& drift, const std::string& unit) {
  const auto least =
      std::ranges::min_element(track.rates, {}, [](const auto& window) { return window.second; });
  if (least == track.rates.end()) return fmt::format("{} windows", track.windows);
  std::string text = fmt::format("least {} in window {} of {}", quantity(least->second, unit),
                                 least->first, track.windows);
  if (drift.known) text += fmt::format(", drift {:+.1f} %", 100 * drift.change);
  return text + fmt::format(", {} spikes", track.spikes);
}

/// From a GPU to its peer.
Suspect suspect_path(const Record& record) {
  Suspect suspect = suspect_gpu(record, "hardware", "");
  suspect.evidence.clear();
  suspect.kind = "path";
  suspect.peer = *record.host + " " + *record.peer;
  suspect.direction = "send";
  suspect.action = fmt::format(
      "look at the NVLinks, or PCIe, between {} and {} under load (nvidia-smi nvlink -e)",
      suspect.name, *suspect.peer);
  return suspect;
}

void accuse(const Run& run, const Record& record, const std::string& evidence, double deficit,
            Verdict& verdict) {
  Suspect suspect = record.peer   ? suspect_path(record)
                    : record.rank ? suspect_of_device(run.info, record)
                                  : suspect_rank(run.info, record.from_rank.value_or(0));
  suspect.deficit = std::clamp(deficit, 0.0, 1.0);
  suspect.confidence = surest;
  suspect.evidence.push_back(evidence);
  if (record.peer) {
    verdict.suspects.push_back(std::move(suspect));
    return;
  }
  if (record.rank) {
    suspect.layer = "compute";
    suspect.action = fmt::format("look at clocks, power and heat of {} over time", suspect.name);
  } else {
    suspect.kind = "path";
    suspect.peer = rank_name(run.info, *record.to_rank);
    suspect.direction = "send";
    suspect.layer = "hardware";
    suspect.action =
        fmt::format("check the way from {} to {} under load", suspect.name, *suspect.peer);
  }
  verdict.suspects.push_back(std::move(suspect));
}

void judge_tracks(const Run& run, const std::string& benchmark, const std::string& name,
                  const JudgeOptions& options, Verdict& verdict) {
  const Tracks tracks = tracks_of(run, benchmark);
  for (const auto& [subject, track] : tracks) {
    const auto shares = held_against_peers(tracks, track);
    const Drift drift = drift_of(shares);
    const SoakFinding found = find_fault(tracks, track, drift, options);
    const std::string unit = track.any->rate_flop_per_s ? "flop_per_s" : "bytes_per_s";
    Check check;
    check.name = name;
    check.subject = subject;
    check.of = kind_of(*track.any);
    check.status = found.status;
    check.reason = (found.fault.empty() ? "" : found.fault + "; ") + told(track, drift, unit);
    if (!track.rates.empty()) {
      std::vector<double> rates;
      for (const auto& [window, rate] : track.rates) rates.push_back(rate);
      check.measured = Measured{median(rates), unit, std::nullopt};
    }
    if (found.status == Status::fail)
      accuse(run, *track.any, name + ": " + check.reason, found.deficit, verdict);
    verdict.checks.push_back(std::move(check));
  }
}

}  // namespace

void judge_soak(const Run& run, const JudgeOptions& options, Verdict& verdict) {
  judge_tracks(run, "soak_matmul", "soak/matmul", options, verdict);
  judge_tracks(run, "soak_pair", "soak/link", options, verdict);
  judge_tracks(run, "soak_all_reduce", "soak/all_reduce", options, verdict);
  judge_tracks(run, "soak_gpu_matmul", "soak/gpu_matmul", options, verdict);
  judge_tracks(run, "soak_gpu_peer_copy", "soak/gpu_link", options, verdict);
  judge_tracks(run, "soak_gpu_all_reduce", "soak/gpu_all_reduce", options, verdict);
}

}  // namespace assay::results
