#include "results/compare/differences.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>
#include <set>

#include "results/text.hpp"

namespace assay::results {

namespace {

using Values = std::set<std::string>;

std::string joined(const Values& values) {
  return values.empty() ? "none" : printable(fmt::format("{}", fmt::join(values, ", ")));
}

template <class Collect>
Values collect(std::span<const Run> runs, const Collect& of) {
  Values values;
  for (const Run& run : runs) of(run, values);
  return values;
}

/// Adds a line if both sides do not have the same.
template <class Collect>
void compare_values(std::vector<std::string>& lines, std::string_view what,
                    std::span<const Run> baseline, std::span<const Run> candidate,
                    const Collect& of) {
  const Values before = collect(baseline, of);
  const Values after = collect(candidate, of);
  if (before != after)
    lines.push_back(fmt::format("{}: {} in the baseline, {} in the candidate", what, joined(before),
                                joined(after)));
}

void compare_libraries(std::vector<std::string>& lines, std::span<const Run> baseline,
                       std::span<const Run> candidate) {
  Values names;
  for (const auto runs : {baseline, candidate})
    for (const Run& run : runs)
      for (const auto& [name, version] : run.info.libraries) names.insert(name);
  for (const std::string& name : names)
    compare_values(lines, "library " + printable(name), baseline, candidate,
                   [&name](const Run& run, Values& values) {
                     const auto found = run.info.libraries.find(name);
                     if (found != run.info.libraries.end()) values.insert(found->second);
                   });
}

/// Whether all runs of one side were made before all of the other's.
bool are_apart(std::span<const Run> baseline, std::span<const Run> candidate) {
  const auto bounds = [](std::span<const Run> runs) {
    return std::ranges::minmax(runs, {},
                               [](const Run& run) -> const std::string& { return run.info.start; });
  };
  const auto before = bounds(baseline);
  const auto after = bounds(candidate);
  return before.max.info.start < after.min.info.start ||
         after.max.info.start < before.min.info.start;
}

}  // namespace

std::vector<std::string> differences_of(std::span<const Run> baseline,
                                        std::span<const Run> candidate) {
  std::vector<std::string> lines;
  compare_values(lines, "processor", baseline, candidate, [](const Run& run, Values& values) {
    for (const auto& rank : run.info.ranks) values.insert(rank.processor);
  });
  compare_values(lines, "GPUs", baseline, candidate, [](const Run& run, Values& values) {
    for (const Record& record : run.records)
      if (record.benchmark == "inventory" && record.device)
        if (const auto name = record.report.facts.find("name"); name != record.report.facts.end())
          values.insert(name->second);
  });
  compare_values(lines, "hosts", baseline, candidate, [](const Run& run, Values& values) {
    for (const auto& rank : run.info.ranks) values.insert(rank.host);
  });
  compare_values(lines, "ranks", baseline, candidate, [](const Run& run, Values& values) {
    values.insert(fmt::format("{}", run.info.ranks.size()));
  });
  compare_libraries(lines, baseline, candidate);
  compare_values(lines, "faults put in on purpose", baseline, candidate,
                 [](const Run& run, Values& values) {
                   values.insert(run.info.injected.begin(), run.info.injected.end());
                 });
  compare_values(lines, "version of assay", baseline, candidate,
                 [](const Run& run, Values& values) { values.insert(run.info.version); });
  if (baseline.size() == 1 && candidate.size() == 1)
    lines.emplace_back(
        "each side is one run, and nothing shows how far runs of one build differ: no cell is "
        "called slower or faster, unless thresholds say what to expect (unrepeated); make three "
        "runs a side, in turn, each pair the other way round: A B, B A, A B");
  else if (are_apart(baseline, candidate))
    lines.emplace_back(
        "all runs of one side were made before those of the other: what changed on the machine "
        "meanwhile counts as a change; make them in turn, each pair the other way round: A B, B A, "
        "A B");
  for (const auto& [side, runs] : {std::pair{"baseline", baseline}, {"candidate", candidate}})
    if (std::ranges::any_of(runs, &Run::cut_off))
      lines.push_back(fmt::format("a run of the {} was cut off", side));
  for (const auto& [side, runs] : {std::pair{"baseline", baseline}, {"candidate", candidate}})
    for (const Run& run : runs)
      if (!run.info.end)
        lines.push_back(fmt::format(
            "run '{}' of the {} has no end: it broke off or goes on, and may lack records",
            printable(run.info.id), side));
  return lines;
}

}  // namespace assay::results
