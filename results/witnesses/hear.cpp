#include <fmt/format.h>

#include <algorithm>

#include "results/judge/pairs.hpp"
#include "results/judge/subjects.hpp"
#include "results/witnesses.hpp"
#include "results/witnesses/collectives.hpp"

namespace assay::results {

namespace {

/// What the checks whose names begin with `name` say together.
Testimony of_checks(const std::vector<Check>& checks, std::string_view name,
                    std::string_view what) {
  std::size_t passed = 0;
  std::size_t failed = 0;
  std::size_t undecided = 0;
  std::string slowest;
  for (const Check& check : checks) {
    if (!check.name.starts_with(name) || is_of_gpus(check)) continue;
    passed += check.status == Status::pass ? 1 : 0;
    undecided += check.status == Status::inconclusive ? 1 : 0;
    failed += check.status == Status::fail ? 1 : 0;
    if (check.status == Status::fail && slowest.empty()) slowest = check.subject;
  }
  if (failed > 0)
    return {Witness::slow, fmt::format("{} of {} {} are slow, {} among them", failed,
                                       passed + failed + undecided, what, slowest)};
  if (undecided > 0)
    return {Witness::unknown, fmt::format("{} {} could not be decided", undecided, what)};
  if (passed > 0) return {Witness::fine, fmt::format("all {} {} are fine", passed, what)};
  return {Witness::unknown, fmt::format("{} were not measured, or had no peers", what)};
}

bool is_device_link(const Record& record) {
  return record.benchmark == "pair" && record.memory != "host";
}

/// Links from device memory alone, judged among themselves.
std::optional<Testimony> hear_device_links(const Run& run) {
  if (std::ranges::none_of(run.records, is_device_link)) return std::nullopt;
  Run of_devices{run.info, {}, run.cut_off};
  std::ranges::copy_if(run.records, std::back_inserter(of_devices.records), is_device_link);
  Verdict verdict;
  judge_pairs(of_devices, nullptr, {}, verdict);
  return of_checks(verdict.checks, "pair/bandwidth", "links from device memory");
}

/// Links from host memory: as the run's verdict has them, unless other links are among them.
Testimony hear_links(const Run& run, const std::vector<Check>& checks) {
  if (std::ranges::none_of(run.records, is_device_link))
    return of_checks(checks, "pair/bandwidth", "links");
  Run of_hosts{run.info, {}, run.cut_off};
  std::ranges::copy_if(run.records, std::back_inserter(of_hosts.records),
                       [](const Record& record) { return !is_device_link(record); });
  Verdict verdict;
  judge_pairs(of_hosts, nullptr, {}, verdict);
  return of_checks(verdict.checks, "pair/bandwidth", "links from host memory");
}

}  // namespace

Testimonies hear_witnesses(const Run& run, const std::vector<Check>& checks) {
  Testimonies heard;
  heard.link = hear_links(run, checks);
  heard.device_link = hear_device_links(run);
  const Witness link = heard.device_link && heard.device_link->witness == Witness::slow
                           ? Witness::slow
                           : heard.link.witness;
  heard.own = hear_collectives(run, checks, Whose::own, link);
  heard.vendor = hear_collectives(run, checks, Whose::vendor, link);
  heard.matmul = of_checks(checks, "matmul/", "matmul rates");
  return heard;
}

}  // namespace assay::results
