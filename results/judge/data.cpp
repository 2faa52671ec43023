#include "results/judge/data.hpp"

#include <fmt/format.h>

#include <map>
#include <set>
#include <tuple>

#include "results/judge/inventory.hpp"
#include "results/judge/subjects.hpp"

namespace assay::results {

namespace {

/// How much of one kind of transfer was checked, and was wrong.
struct Tally {
  std::uint64_t wrong = 0;
  bool checked = false;
  std::optional<WrongValue> first;

  void add(const Record& record) {
    if (!record.wrong) return;
    checked = true;
    wrong += *record.wrong;
    if (!first) first = record.first_wrong;
  }
};

std::string first_of(const Tally& tally) {
  if (!tally.first) return fmt::format("{} wrong elements", tally.wrong);
  return fmt::format("{} wrong elements; first on rank {} at offset {}: expected {}, found {}",
                     tally.wrong, tally.first->rank, tally.first->offset, tally.first->expected,
                     tally.first->found);
}

Check check_of(const std::string& name, const std::string& subject, PartKind of,
               const Tally& tally) {
  Check check;
  check.name = name;
  check.subject = subject;
  check.of = of;
  if (!tally.checked) {
    check.status = Status::inconclusive;
    check.reason = "results were not checked";
    return check;
  }
  check.status = tally.wrong == 0 ? Status::pass : Status::fail;
  check.measured = Measured{static_cast<double>(tally.wrong), "elements", std::nullopt};
  check.expected = Expected{0, "arithmetic: exact in any order"};
  if (tally.wrong > 0) check.reason = first_of(tally);
  return check;
}

Suspect data_suspect(Suspect suspect) {
  suspect.layer = "data";
  suspect.deficit = 1.0;
  suspect.confidence = surest;
  return suspect;
}

/// A rank's processor and memory, or one of its GPUs.
Suspect device_suspect(const RunInfo& info, const Record& record) {
  Suspect suspect = data_suspect(suspect_of_device(info, record));
  if (is_of_gpu(record)) {
    suspect.action = fmt::format("take {} out of use and test it", suspect.name);
  } else {
    suspect.action = fmt::format("take {} out of use and test its processor and memory",
                                 host_of(info, *record.rank));
  }
  return suspect;
}

Suspect link_suspect(const RunInfo& info, int rank) {
  Suspect suspect = data_suspect(suspect_rank(info, rank));
  suspect.action = fmt::format(
      "take {} out of use; test memory, port and cable of {} (the same data arrived right "
      "elsewhere)",
      suspect.name, host_of(info, rank));
  return suspect;
}

using Pairs = std::map<std::pair<int, int>, Tally>;

/// The ranks at one end of wrong pairs that have at least two wrong partners, or all there are.
std::set<int> common_ends(const Pairs& pairs, bool senders) {
  std::map<int, int> wrong;
  for (const auto& [pair, tally] : pairs)
    if (tally.wrong > 0) ++wrong[senders ? pair.first : pair.second];
  std::set<int> ends;
  for (const auto& [rank, partners] : wrong)
    if (partners >= 2) ends.insert(rank);
  return ends;
}

void accuse(const Run& run, const Pairs& pairs, Verdict& verdict) {
  const auto senders = common_ends(pairs, true);
  // What a bad sender explains is not held against its receivers.
  Pairs unexplained;
  for (const auto& [pair, tally] : pairs)
    if (senders.count(pair.first) == 0) unexplained.emplace(pair, tally);
  const auto receivers = common_ends(unexplained, false);

  std::map<std::pair<int, bool>, Suspect> ends;
  for (const auto& [pair, tally] : pairs) {
    if (tally.wrong == 0) continue;
    const std::string evidence =
        pair_name(run.info, pair.first, pair.second) + ": " + first_of(tally);
    const bool by_sender = senders.count(pair.first) > 0;
    if (by_sender || receivers.count(pair.second) > 0) {
      const int rank = by_sender ? pair.first : pair.second;
      auto& suspect =
          ends.try_emplace({rank, by_sender}, link_suspect(run.info, rank)).first->second;
      suspect.direction = by_sender ? "send" : "receive";
      suspect.evidence.push_back(evidence);
      continue;
    }
    Suspect suspect = link_suspect(run.info, pair.first);
    suspect.kind = "path";
    suspect.peer = rank_name(run.info, pair.second);
    suspect.evidence.push_back(evidence);
    if (run.info.ranks.size() == 2)
      suspect.evidence.push_back("two ranks: cannot tell which end is at fault");
    verdict.suspects.push_back(std::move(suspect));
  }
  for (auto& [end, suspect] : ends) verdict.suspects.push_back(std::move(suspect));
}

void judge_device_data(const Run& run, Verdict& verdict) {
  struct Results {
    const Record* any = nullptr;  ///< of the device
    Tally tally;
  };
  std::map<std::tuple<std::string, int, std::string>, Results> results;
  for (const Record& record : run.records)
    if (record.rank && record.device && record.benchmark != "digest") {
      Results& of_device = results[{record.benchmark, *record.rank, *record.device}];
      of_device.any = &record;
      of_device.tally.add(record);
    }
  std::map<std::pair<int, std::string>, Suspect> suspects;
  for (const auto& [key, of_device] : results) {
    const auto& [benchmark, rank, device] = key;
    const auto& [any, tally] = of_device;
    verdict.checks.push_back(
        check_of(benchmark + "/data", device_subject(run.info, *any), kind_of_device(*any), tally));
    if (tally.wrong == 0) continue;
    auto& suspect =
        suspects.try_emplace({rank, device}, device_suspect(run.info, *any)).first->second;
    suspect.evidence.push_back(benchmark + ": " + first_of(tally));
  }
  for (auto& [device, suspect] : suspects) verdict.suspects.push_back(std::move(suspect));
}

}  // namespace

void judge_data(const Run& run, Verdict& verdict) {
  judge_device_data(run, verdict);
  Pairs pairs;
  std::map<std::pair<std::string, PartKind>, Tally> collectives;
  for (const Record& record : run.records) {
    const bool is_pair = record.benchmark == "pair" || record.benchmark == "pair_latency" ||
                         record.benchmark == "soak_pair";
    if (is_pair && record.from_rank && record.to_rank)
      pairs[{*record.from_rank, *record.to_rank}].add(record);
    const bool is_sum = record.benchmark == "all_reduce" || record.benchmark == "soak_all_reduce" ||
                        record.benchmark == "soak_gpu_all_reduce";
    if (is_sum && !record.samples_s.empty())
      collectives[{fmt::format("{}, {} ranks", collective_subject(record),
                               record.ranks.value_or(0)),
                   kind_of_collective(record)}]
          .add(record);
  }
  for (const auto& [pair, tally] : pairs)
    verdict.checks.push_back(
        check_of("pair/data", pair_name(run.info, pair.first, pair.second), PartKind::link, tally));
  for (const auto& [part, tally] : collectives)
    verdict.checks.push_back(check_of("all_reduce/data", part.first, part.second, tally));
  accuse(run, pairs, verdict);
}

}  // namespace assay::results
