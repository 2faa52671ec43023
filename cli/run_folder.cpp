#include "cli/run_folder.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <filesystem>

#include "cli/version.hpp"
#include "collectives/together.hpp"
#include "core/clock.hpp"
#include "core/error.hpp"
#include "core/machine.hpp"
#include "results/environment.hpp"
#include "results/redact.hpp"

namespace assay::cli {

namespace fs = std::filesystem;

namespace {

/// Profiles lie beside the program: in an installed folder, or in the source tree it was built in.
std::vector<fs::path> profile_folders() {
  std::error_code ignored;
  const fs::path program = fs::read_symlink("/proc/self/exe", ignored);
  const fs::path folder = program.parent_path();
  return {folder / ".." / "share" / "assay" / "profiles", folder / ".." / "profiles"};
}

/// The host that a run's folder is named for.
std::string folder_host(const benchmarks::Job& job, bool redact) {
  const std::string& host = job.identity(0).host;
  return redact ? results::Redactor{job.identities}.host(host) : host;
}

}  // namespace

results::RunInfo describe_run(const benchmarks::Job& job, const std::string& verb,
                              const std::vector<std::string>& command_line) {
  results::RunInfo info;
  info.start = utc_timestamp();
  info.command = command_line;
  info.verb = verb;
  info.version = version();
  info.label = measurement_label();
  info.ranks = job.identities;
  info.environment = results::allowed_environment(environ);
  info.libraries = libraries();
  info.topology_json = topology::to_json(job.host);
  for (const auto& fault : job.faults) info.injected.push_back(fault.text);
  return info;
}

std::unique_ptr<results::RunWriter> open_run(const benchmarks::Job& job,
                                             const CommonOptions& options, results::RunInfo& info) {
  std::unique_ptr<results::RunWriter> writer;
  std::string place;
  on_root(job.world, [&] {
    const fs::path directory =
        options.output.empty()
            ? results::default_run_directory("results/runs", folder_host(job, options.redact))
            : fs::path{options.output};
    const fs::path absolute = fs::absolute(directory).lexically_normal();
    info.id = absolute.filename().string();
    writer = std::make_unique<results::RunWriter>(absolute, info, options.redact);
    place = absolute.string();
  });
  place = collectives::gather_texts(job.world, place)[0];
  job.heartbeat.run_directory.write(place);
  return writer;
}

std::optional<results::Profile> choose_profile(const std::string& choice,
                                               const std::string& processor,
                                               const std::vector<std::string>& gpus) {
  const bool is_file = choice.find('/') != std::string::npos || choice.ends_with(".toml");
  if (is_file) return results::read_profile(choice);
  for (const fs::path& folder : profile_folders()) {
    if (!fs::is_directory(folder)) continue;
    if (choice == "auto") return results::find_profile(folder, processor, gpus);
    const fs::path file = folder / (choice + ".toml");
    if (fs::exists(file)) return results::read_profile(file);
  }
  if (choice == "auto") return std::nullopt;
  throw UsageError{
      fmt::format("no profile '{}'; name a file (with a / or .toml), one in the "
                  "profiles folder, or auto",
                  choice)};
}

}  // namespace assay::cli
