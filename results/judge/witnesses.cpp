#include "results/judge/witnesses.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "results/witnesses.hpp"

namespace assay::results {

namespace {

using Named = std::pair<const char*, const Testimony*>;

std::vector<Named> named(const Testimonies& heard) {
  std::vector<Named> all{{"links", &heard.link}};
  if (heard.device_link) all.emplace_back("links from device memory", &*heard.device_link);
  all.insert(all.end(), {{"our collectives", &heard.own},
                         {"the library's", &heard.vendor},
                         {"matmul", &heard.matmul}});
  return all;
}

/// "links fine, our collectives slow, ...".
std::string summary(const Testimonies& heard) {
  std::string text;
  for (const auto& [name, testimony] : named(heard))
    text += fmt::format("{}{} {}", text.empty() ? "" : ", ", name, name_of(testimony->witness));
  return text;
}

/// Why the missing ones are missing.
std::string what_is_missing(const Testimonies& heard) {
  std::string text;
  for (const auto& [name, testimony] : named(heard))
    if (testimony->witness == Witness::unknown)
      text += (text.empty() ? "" : "; ") + testimony->evidence;
  return text;
}

bool any(const Testimonies& heard, Witness witness) {
  return std::ranges::any_of(named(heard),
                             [&](const Named& one) { return one.second->witness == witness; });
}

bool has_failed_part(const Verdict& verdict) {
  constexpr std::array parts{"pair/", "matmul/", "all_reduce/"};
  return std::ranges::any_of(verdict.checks, [&](const Check& check) {
    return check.status == Status::fail && std::ranges::any_of(parts, [&](const char* part) {
             return check.name.starts_with(part);
           });
  });
}

void add_to_suspects(const Reading& reading, const std::string& seen, Verdict& verdict) {
  for (Suspect& suspect : verdict.suspects)
    if (suspect.layer == reading.layer)
      suspect.evidence.push_back(fmt::format("{}: {}", seen, reading.sentence));
}

}  // namespace

void judge_witnesses(const Run& run, Verdict& verdict) {
  if (run.info.verb != "accept") return;
  const Testimonies heard = hear_witnesses(run, verdict.checks);
  const std::string seen = summary(heard);
  Check check;
  check.name = "witnesses/layer";
  check.subject = "links, collectives, matmul";
  if (const auto reading = read_witnesses(heard.witnesses())) {
    check.status = has_failed_part(verdict) ? Status::fail : Status::inconclusive;
    check.reason = fmt::format("{}: {}: {}", reading->layer, seen, reading->sentence);
    for (const auto& [name, testimony] : named(heard))
      if (testimony->witness == Witness::slow) check.reason += "; " + testimony->evidence;
    add_to_suspects(*reading, seen, verdict);
  } else if (!any(heard, Witness::slow) && !any(heard, Witness::unknown)) {
    check.status = Status::pass;
  } else {
    check.status = Status::skipped;
    check.reason = any(heard, Witness::unknown)
                       ? fmt::format("no layer is read: {}", what_is_missing(heard))
                       : fmt::format("together they name no layer: {}", seen);
  }
  verdict.checks.push_back(std::move(check));
}

}  // namespace assay::results
