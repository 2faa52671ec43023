#include "cli/suite.hpp"

#include <fmt/format.h>

#include <cstdio>

#include "benchmarks/transport_choice.hpp"
#include "cli/failure.hpp"
#include "cli/gpu_environment.hpp"
#include "cli/run_folder.hpp"
#include "cli/verbs.hpp"
#include "collectives/device/inventory.hpp"
#include "collectives/together.hpp"
#include "core/machine.hpp"
#include "results/hops.hpp"
#include "results/hops/picture.hpp"
#include "results/judge/hops.hpp"
#include "results/run.hpp"
#include "results/verdict.hpp"
#include "topology/gpu.hpp"

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

namespace {

/// The traces as pictures, from the run as it was kept: hosts may have pseudonyms there. Of those
/// in which nothing stands out the first is enough.
void show_hops(const results::Run& run) {
  bool is_first = true;
  for (const results::Record& record : run.records) {
    if (!record.trace) continue;
    const auto findings = results::find_culprits(*record.trace);
    if (is_first || !findings.culprits.empty())
      fmt::print("Hops of {}, {} bytes\n{}\n", record.algorithm.value_or("a collective"),
                 record.size_bytes.value_or(0),
                 results::hop_picture(*record.trace, findings, results::hop_names(run.info)));
    is_first = false;
  }
}

}  // namespace

ExitCode run_suite(const SuiteRequest& request, benchmarks::Job& job,
                   const std::vector<std::string>& command_line) {
  const auto& level = benchmarks::find_level(request.level);
  static_cast<void>(benchmarks::choose_transport(job, request.common.transport, job.everyone()));
  std::optional<results::Profile> profile;
  on_root(job.world, [&] {
    profile = choose_profile(request.profile, job.identity(0).processor, topology::gpu_names());
  });

  benchmarks::AcceptanceOptions acceptance = request.acceptance;
  acceptance.transport = request.common.transport;
  acceptance.quiet = request.common.quiet;
  if (request.common.deadline) acceptance.deadline = *request.common.deadline;
  // What cannot be measured is said before there is a run.
  benchmarks::check_acceptance(job, level, acceptance);

  load_kernels_eagerly();
  benchmarks::GpuPart gpus{job, !acceptance.links_only && !is_simulated()};
  for (std::size_t rank = 0; rank < job.identities.size(); ++rank)
    job.identities[rank].gpus = gpus.names()[rank];

  results::RunInfo info = describe_run(job, request.verb, command_line);
  info.level = level.name;
  if (!gpus.stages().empty()) info.libraries.merge(collectives::device::gpu_libraries());
  const auto writer = open_run(job, request.common, info);
  prepare_nccl_environment(writer ? writer->directory() : std::filesystem::path{}, job.rank() == 0,
                           request.common.redact);
  std::optional<results::Verdict> verdict;
  try {
    verdict = benchmarks::run_acceptance(job, level, acceptance, gpus,
                                         profile ? &*profile : nullptr, writer.get(), info);
  } catch (const Error& problem) {
    if (writer) report_error(problem, *writer);
    throw;
  }

  ExitCode code = ExitCode::success;
  on_root(job.world, [&] {
    show_hops(results::read_run(writer->directory()));
    const auto shown = writer->presentable(*verdict);
    results::write_verdict(writer->directory(), results::to_json(shown));
    fmt::print("{}", results::render(shown, writer->directory()));
    std::fflush(stdout);
    code = exit_code_of(verdict->verdict);
  });
  return collectives::from_rank_zero(job.world, code);
}

std::optional<topology::Fabric> shared_fabric(const std::string& file, benchmarks::Job& job) {
  if (file.empty()) return std::nullopt;
  std::string text;
  on_root(job.world, [&] { text = topology::read_fabric_text(file); });
  text = collectives::gather_texts(job.world, text)[0];
  return topology::parse_fabric(file, text);
}

}  // namespace assay::cli
