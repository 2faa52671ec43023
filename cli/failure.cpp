#include "cli/failure.hpp"

#include <fmt/format.h>

#include <cstdio>
#include <exception>
#include <span>

#include "results/judge.hpp"
#include "results/redact.hpp"
#include "results/run.hpp"

namespace assay::cli {

using results::Check;
using results::Status;
using results::Suspect;
using results::Verdict;
using supervision::ProcessFailure;

namespace {

std::string action_for(const ProcessFailure& failure) {
  const std::string who = fmt::format("rank {} on {}", failure.rank, failure.host);
  switch (failure.cause) {
    case ProcessFailure::Cause::died:
      return fmt::format(
          "look for the end of {} in dmesg (out of memory, Xid) and its standard "
          "error; re-run without that host",
          who);
    case ProcessFailure::Cause::stopped:
      return fmt::format("find out who stopped {}; continue it with kill -CONT and re-run", who);
    case ProcessFailure::Cause::silent:
      return fmt::format("see whether {} is up and reachable; re-run without it", failure.host);
    case ProcessFailure::Cause::overdue:
      return fmt::format(
          "see what {} hangs in (gdb -p, stack of its worker); re-run with a longer "
          "-T if it is only slow",
          who);
    case ProcessFailure::Cause::cut_off:
      return fmt::format(
          "look at the cable, the transceiver and the port of {} (ethtool, dmesg); re-run without "
          "it",
          failure.host);
    case ProcessFailure::Cause::interrupted:
      break;
  }
  return "run it again";
}

Suspect suspect_of(const ProcessFailure& failure) {
  const bool is_cut_off = failure.cause == ProcessFailure::Cause::cut_off;
  Suspect suspect;
  suspect.kind = is_cut_off ? "node" : "rank";
  suspect.name = is_cut_off ? failure.host : fmt::format("rank {}", failure.rank);
  suspect.layer = is_cut_off ? "hardware" : "process";
  if (is_cut_off) suspect.direction = "both";
  suspect.deficit = 1.0;
  // What the kernel said of a process is certain; who keeps others waiting is inferred.
  constexpr double seen = 0.999;
  constexpr double inferred = 0.9;
  constexpr double guessed = 0.5;
  const bool is_inferred = is_cut_off || failure.cause == ProcessFailure::Cause::overdue;
  suspect.confidence = failure.is_guess ? guessed : is_inferred ? inferred : seen;
  suspect.evidence = failure.evidence;
  suspect.evidence.insert(suspect.evidence.begin(), failure.text);
  suspect.action = action_for(failure);
  suspect.rank = failure.rank;
  suspect.host = failure.host;
  return suspect;
}

/// By the pseudonyms that a redacted run.json has.
ProcessFailure redacted(ProcessFailure failure, std::span<const results::RankIdentity> ranks) {
  results::Redactor redactor{ranks};
  for (const auto& rank : ranks) {
    const auto index = static_cast<std::size_t>(rank.rank);
    if (index < failure.hosts.size() && !failure.hosts[index].empty())
      redactor.know_host(failure.hosts[index], rank.host);
  }
  for (std::string* text : {&failure.host, &failure.text}) *text = redactor.text(*text);
  for (std::string& line : failure.evidence) line = redactor.text(line);
  return failure;
}

}  // namespace

Verdict verdict_of_failure(Verdict so_far, const ProcessFailure& failure) {
  Check check;
  check.name = "process/alive";
  check.reason = failure.text;
  if (failure.cause == ProcessFailure::Cause::interrupted) {
    check.subject = "job";
    check.status = Status::inconclusive;
    if (so_far.verdict == Status::pass) so_far.verdict = Status::inconclusive;
  } else {
    check.subject =
        failure.rank < 0 ? "job" : fmt::format("rank {} ({})", failure.rank, failure.host);
    check.status = Status::fail;
    so_far.verdict = Status::fail;
    if (failure.rank >= 0) {
      const Suspect suspect = suspect_of(failure);
      std::erase_if(so_far.suspects, [&](const Suspect& other) {
        return other.kind == suspect.kind && other.name == suspect.name;
      });
      so_far.suspects.insert(so_far.suspects.begin(), suspect);
    }
  }
  so_far.checks.insert(so_far.checks.begin(), std::move(check));
  return so_far;
}

void report_failure(const ProcessFailure& failure, const std::filesystem::path& run,
                    bool redact) noexcept {
  try {
    if (run.empty()) return;  // nothing was to be kept; the supervisor has said what happened
    const results::Run so_far = results::read_run(run);
    const Verdict verdict = verdict_of_failure(
        results::judge(so_far, nullptr), redact ? redacted(failure, so_far.info.ranks) : failure);
    if (!results::claim_verdict(run, results::to_json(verdict))) return;
    fmt::print("{}", results::render(verdict, run));
    std::fflush(stdout);
  } catch (const std::exception& problem) {
    std::fprintf(stderr, "assay: the verdict could not be written: %s\n", problem.what());
  }
}

Verdict verdict_of_error(Verdict so_far, const std::string& text) {
  Check check;
  check.name = "run/error";
  check.subject = "job";
  check.status = Status::inconclusive;
  check.reason = text;
  so_far.checks.insert(so_far.checks.begin(), std::move(check));
  if (so_far.verdict == Status::pass) so_far.verdict = Status::inconclusive;
  return so_far;
}

void report_error(const Error& problem, results::RunWriter& writer) noexcept {
  try {
    const auto so_far = results::judge(results::read_run(writer.directory()), nullptr);
    const Verdict verdict = writer.presentable(verdict_of_error(so_far, problem.what()));
    if (!results::claim_verdict(writer.directory(), results::to_json(verdict))) return;
    fmt::print("{}", results::render(verdict, writer.directory()));
    std::fflush(stdout);
  } catch (const std::exception& again) {
    std::fprintf(stderr, "assay: the verdict could not be written: %s\n", again.what());
  }
}

}  // namespace assay::cli
