#include "results/compare/compare.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "cli/file_output.hpp"
#include "cli/file_verbs.hpp"
#include "results/compare/render.hpp"
#include "results/text.hpp"

namespace assay::cli {

namespace fs = std::filesystem;

namespace {

struct CompareOptions {
  std::string baseline;
  std::string candidate;
  std::string thresholds;  ///< file; empty: the defaults
  std::string markdown;    ///< files; empty: none
  std::string junit;
  std::string json;
  bool strict = false;
};

bool is_run(const fs::path& folder) { return fs::exists(folder / "run.json"); }

/// A run, or the runs in a folder, by their names.
std::vector<results::Run> read_side(const std::string& path) {
  if (!fs::is_directory(path) || is_run(path)) return {results::read_run(path)};
  std::vector<fs::path> folders;
  std::error_code ignored;  // what cannot be listed holds no runs for us
  for (const auto& entry : fs::directory_iterator{path, ignored})
    if (entry.is_directory() && is_run(entry.path())) folders.push_back(entry.path());
  std::ranges::sort(folders);
  std::vector<results::Run> runs;
  for (const fs::path& folder : folders) runs.push_back(results::read_run(folder));
  if (runs.empty())
    throw UsageError{fmt::format("'{}' is neither a run folder nor one that holds runs",
                                 results::printable(path))};
  return runs;
}

std::set<std::string> benchmarks_of(const std::vector<results::Run>& runs) {
  std::set<std::string> names;
  for (const results::Run& run : runs)
    for (const results::Record& record : run.records) names.insert(record.benchmark);
  return names;
}

ExitCode run_compare(const CompareOptions& options) {
  for (const std::string& file : {options.markdown, options.junit, options.json})
    require_output(file);
  const auto baseline = read_side(options.baseline);
  const auto candidate = read_side(options.candidate);
  auto held = benchmarks_of(baseline);
  held.merge(benchmarks_of(candidate));
  const auto thresholds = options.thresholds.empty()
                              ? results::CompareThresholds{}
                              : results::read_thresholds(options.thresholds, held);
  const auto comparison = results::compare_runs(baseline, candidate, thresholds);
  if (!options.markdown.empty())
    write_output(options.markdown, results::render_markdown(comparison));
  if (!options.junit.empty())
    write_output(options.junit, results::render_junit(comparison, options.strict));
  if (!options.json.empty()) write_output(options.json, results::render_json(comparison));
  write_output("", results::render_text(comparison));
  if (comparison.is_regression()) return ExitCode::regression;
  const bool all_clear =
      comparison.count(results::ChangeVerdict::unclear) == 0 && comparison.only_baseline.empty();
  return options.strict && !all_clear ? ExitCode::verdict_inconclusive : ExitCode::success;
}

}  // namespace

FileWork add_compare(CLI::App& app) {
  auto options = std::make_shared<CompareOptions>();
  app.add_option("BASELINE", options->baseline, "Run folder, or a folder of several")->required();
  app.add_option("CANDIDATE", options->candidate, "The same of what is to be judged")->required();
  app.add_option("--thresholds", options->thresholds,
                 "TOML file that says what counts as a change, benchmark by benchmark (3 %)")
      ->type_name("FILE");
  app.add_option("--markdown", options->markdown, "File to write, for a pull request")
      ->type_name("FILE");
  app.add_option("--junit", options->junit, "File to write, with a test case for each cell")
      ->type_name("FILE");
  app.add_option("--json", options->json, "File to write, with all there is")->type_name("FILE");
  app.add_flag("--strict", options->strict,
               "Exit code 10 where cells are unclear, or missing in the candidate (0)");
  return [options] { return run_compare(*options); };
}

}  // namespace assay::cli
