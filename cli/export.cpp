#include <fmt/format.h>

#include <memory>
#include <string>

#include "cli/file_output.hpp"
#include "cli/file_verbs.hpp"
#include "results/export/exporter.hpp"

namespace assay::cli {

namespace {

struct ExportOptions {
  std::string run;
  std::string format;
  std::string output;  ///< file; empty: standard output
};

ExitCode run_export(const ExportOptions& options) {
  const auto& exporter = results::find_exporter(options.format);
  require_output(options.output);
  const auto judged = results::read_judged_run(options.run);
  if (judged.run.records.empty())
    throw UsageError{fmt::format("run '{}' is empty: it has no records", options.run)};
  write_output(options.output, exporter.write(judged));
  return ExitCode::success;
}

}  // namespace

FileWork add_export(CLI::App& app) {
  auto options = std::make_shared<ExportOptions>();
  app.add_option("RUN", options->run, "Run folder")->required();
  std::string formats = "Which one:";
  for (const auto& exporter : results::exporters())
    formats += fmt::format(" {} ({}).", exporter.name, exporter.description);
  app.add_option("--format", options->format, formats)->required()->type_name("NAME");
  app.add_option("--output", options->output, "File to write (standard output)")->type_name("FILE");
  return [options] { return run_export(*options); };
}

}  // namespace assay::cli
