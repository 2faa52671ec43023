#include "results/judge/witnesses.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "results/witnesses.hpp"

namespace assay::results {

namespace {

using Named = std::pair<const char*, const Testimony*>;

/// Ranks or their GPUs: what their layer's check is called, and what takes part in it.
struct Side {
  Between between;
  const char* check;
  const char* subject;
  const char* link;
};
constexpr Side of_ranks{Between::ranks, "witnesses/layer", "links, collectives, matmul", "links"};
constexpr Side of_gpus{Between::gpus, "witnesses/gpu_layer", "copies, collectives, matmul of GPUs",
                       "copies from and to the host"};

std::vector<Named> named(const Side& side, const Testimonies& heard) {
  std::vector<Named> all{{side.link, &heard.link}};
  if (heard.device_link) all.emplace_back("copies between GPUs", &*heard.device_link);
  all.insert(all.end(), {{"our collectives", &heard.own},
                         {"the library's", &heard.vendor},
                         {"matmul", &heard.matmul}});
  return all;
}

/// "links fine, our collectives slow, ...".
std::string summary(const std::vector<Named>& witnesses) {
  std::string text;
  for (const auto& [name, testimony] : witnesses)
    text += fmt::format("{}{} {}", text.empty() ? "" : ", ", name, name_of(testimony->witness));
  return text;
}

/// Why those that say one thing say it.
std::string evidence_of(const std::vector<Named>& witnesses, Witness witness) {
  std::string text;
  for (const auto& [name, testimony] : witnesses)
    if (testimony->witness == witness) text += (text.empty() ? "" : "; ") + testimony->evidence;
  return text;
}

bool any(const std::vector<Named>& witnesses, Witness witness) {
  return std::ranges::any_of(witnesses,
                             [&](const Named& one) { return one.second->witness == witness; });
}

bool is_of(const Check& check, Between between) {
  using enum PartKind;
  const bool is_of_gpus = check.of == gpu || check.of == gpu_link || check.of == gpu_collective;
  return is_of_gpus == (between == Between::gpus);
}

bool has_failed_part(const Verdict& verdict, Between between) {
  constexpr std::array parts{"pair/", "peer_copy/", "copy/", "matmul/", "all_reduce/"};
  return std::ranges::any_of(verdict.checks, [&](const Check& check) {
    return check.status == Status::fail && is_of(check, between) &&
           std::ranges::any_of(parts,
                               [&](const char* part) { return check.name.starts_with(part); });
  });
}

void add_to_suspects(const Side& side, const Reading& reading, const std::string& seen,
                     Verdict& verdict) {
  for (Suspect& suspect : verdict.suspects)
    if (suspect.layer == reading.layer &&
        suspect.device.has_value() == (side.between == Between::gpus))
      suspect.evidence.push_back(fmt::format("{}: {}", seen, reading.sentence));
}

void judge_side(const Run& run, const Side& side, Verdict& verdict) {
  const Testimonies heard = hear_witnesses(run, verdict.checks, side.between);
  const auto witnesses = named(side, heard);
  const std::string seen = summary(witnesses);
  Check check;
  check.name = side.check;
  check.subject = side.subject;
  if (const auto reading = read_witnesses(heard.witnesses(), side.between)) {
    check.status = has_failed_part(verdict, side.between) ? Status::fail : Status::inconclusive;
    check.reason = fmt::format("{}: {}: {}; {}", reading->layer, seen, reading->sentence,
                               evidence_of(witnesses, Witness::slow));
    add_to_suspects(side, *reading, seen, verdict);
  } else if (!any(witnesses, Witness::slow) && !any(witnesses, Witness::unknown)) {
    check.status = Status::pass;
  } else {
    check.status = Status::skipped;
    check.reason =
        any(witnesses, Witness::unknown)
            ? fmt::format("no layer is read: {}", evidence_of(witnesses, Witness::unknown))
            : fmt::format("together they name no layer: {}", seen);
  }
  verdict.checks.push_back(std::move(check));
}

}  // namespace

void judge_witnesses(const Run& run, Verdict& verdict) {
  if (run.info.verb != "accept") return;
  judge_side(run, of_ranks, verdict);
  const bool has_gpus = std::ranges::any_of(
      run.info.ranks, [](const RankIdentity& identity) { return !identity.gpus.empty(); });
  if (has_gpus) judge_side(run, of_gpus, verdict);
}

}  // namespace assay::results
