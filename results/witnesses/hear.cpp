#include <fmt/format.h>

#include <string_view>

#include "results/witnesses.hpp"
#include "results/witnesses/collectives.hpp"

namespace assay::results {

namespace {

/// What the checks of one kind of part say together whose names begin with `name`, and whose unit
/// is `unit`: of rates alone.
Testimony of_checks(const std::vector<Check>& checks, PartKind of, std::string_view name,
                    std::string_view unit, std::string_view what) {
  std::size_t passed = 0;
  std::size_t failed = 0;
  std::size_t undecided = 0;
  std::string slowest;
  for (const Check& check : checks) {
    if (check.of != of || !check.name.starts_with(name)) continue;
    if (!check.measured || check.measured->unit != unit) continue;
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

constexpr std::string_view bytes = "bytes_per_s";
constexpr std::string_view flop = "flop_per_s";

Testimonies hear_plain(const std::vector<Check>& checks, Between between) {
  Testimonies heard;
  if (between == Between::ranks) {
    heard.link = of_checks(checks, PartKind::link, "pair/bandwidth", bytes, "links");
    heard.matmul = of_checks(checks, PartKind::host, "matmul/", flop, "matmul rates");
    return heard;
  }
  heard.link = of_checks(checks, PartKind::gpu, "copy/", bytes, "copies between GPUs and hosts");
  heard.device_link =
      of_checks(checks, PartKind::gpu_link, "peer_copy/", bytes, "copies between GPUs");
  heard.matmul = of_checks(checks, PartKind::gpu, "matmul/", flop, "matmul rates of GPUs");
  return heard;
}

}  // namespace

Testimonies hear_witnesses(const Run& run, const std::vector<Check>& checks, Between between) {
  Testimonies heard = hear_plain(checks, between);
  const Witness link = heard.device_link && heard.device_link->witness == Witness::slow
                           ? Witness::slow
                           : heard.link.witness;
  heard.own = hear_collectives(run, checks, between, Whose::own, link);
  heard.vendor = hear_collectives(run, checks, between, Whose::vendor, link);
  return heard;
}

}  // namespace assay::results
