#include <fmt/format.h>

#include <cstdio>

#include "benchmarks/acceptance.hpp"
#include "benchmarks/transport_choice.hpp"
#include "cli/run_folder.hpp"
#include "cli/verbs.hpp"
#include "collectives/together.hpp"
#include "results/verdict.hpp"

namespace assay::cli {

ExitCode exit_code_of(results::Status status) {
  switch (status) {
    case results::Status::pass:
      return ExitCode::success;
    case results::Status::fail:
      return ExitCode::verdict_fail;
    default:
      return ExitCode::verdict_inconclusive;
  }
}

ExitCode run_accept(const AcceptOptions& options, benchmarks::Job& job,
                    const std::vector<std::string>& command_line) {
  const auto& level = benchmarks::find_level(options.level);
  static_cast<void>(benchmarks::choose_transport(job, options.common.transport, job.everyone()));
  std::optional<results::Profile> profile;
  on_root(job.world, [&] { profile = choose_profile(options.profile, job.identity(0).processor); });
  results::RunInfo info = describe_run(job, "accept", command_line);
  info.level = level.name;
  const auto writer = open_run(job, options.common, info);

  benchmarks::AcceptanceOptions acceptance;
  acceptance.transport = options.common.transport;
  acceptance.quiet = options.common.quiet;
  if (options.common.deadline) acceptance.deadline = *options.common.deadline;
  const auto verdict = benchmarks::run_acceptance(
      job, level, acceptance, profile ? &*profile : nullptr, writer.get(), info);

  ExitCode code = ExitCode::success;
  on_root(job.world, [&] {
    const auto shown = writer->presentable(*verdict);
    results::write_verdict(writer->directory(), results::to_json(shown));
    fmt::print("{}", results::render(shown, writer->directory()));
    std::fflush(stdout);
    code = exit_code_of(verdict->verdict);
  });
  return collectives::from_rank_zero(job.world, code);
}

}  // namespace assay::cli
