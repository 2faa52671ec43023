#include <fmt/format.h>

#include <filesystem>
#include <limits>
#include <memory>
#include <string>
#include <vector>

#include "cli/file_verbs.hpp"
#include "cli/new_run.hpp"
#include "cli/option_kinds.hpp"
#include "cli/version.hpp"
#include "core/clock.hpp"
#include "results/files.hpp"
#include "results/import/importer.hpp"
#include "results/text.hpp"

namespace assay::cli {

namespace fs = std::filesystem;

namespace {

struct ImportOptions {
  std::vector<std::string> files;
  std::string output;
  results::ImportHints hints;
};

/// What all files hold together.
struct Imported {
  results::RunInfo info;
  std::vector<results::Record> records;
};

void add_log(Imported& all, const std::string& file, results::ImportedLog log) {
  const std::string name = fs::path{file}.filename().string();
  for (results::Record& record : log.records) {
    record.source->file = name;
    all.records.push_back(std::move(record));
  }
  for (const auto& [place, reason] : log.unread)
    all.info.unread.push_back(results::printable(fmt::format("{}: {}: {}", name, place, reason)));
  all.info.libraries.merge(log.libraries);
  if (!log.version.empty()) all.info.libraries.emplace(log.tool, log.version);
  results::add_ranks(all.info.ranks, log.ranks);
}

Imported read_logs(const ImportOptions& options) {
  Imported all;
  all.info.start = utc_timestamp();
  all.info.verb = "import";
  all.info.version = version();
  all.info.label = results::imported_label;
  all.info.command = {"assay", "import"};
  for (const std::string& file : options.files) {
    all.info.command.push_back(fs::path{file}.filename().string());
    const std::string text = results::read_whole_file(file);
    try {
      add_log(all, file, results::import_log(text, options.hints));
    } catch (const UsageError& problem) {
      throw UsageError{results::printable(fmt::format("'{}' {}", file, problem.what()))};
    }
  }
  return all;
}

ExitCode run_import(const ImportOptions& options) {
  require_new_run(options.output);
  Imported all = read_logs(options);
  all.info.id = run_name(options.output);
  all.info.end = utc_timestamp();
  write_new_run(options.output, all.info, all.records);
  for (const std::string& line : all.info.unread) fmt::print(stderr, "assay: left out: {}\n", line);
  const auto counted = [](std::size_t count, std::string_view what) {
    return fmt::format("{} {}{}", count, what, count == 1 ? "" : "s");
  };
  fmt::print("{} of {} in {}\n", counted(all.records.size(), "record"),
             counted(options.files.size(), "file"), results::printable(options.output));
  return ExitCode::success;
}

}  // namespace

FileWork add_import(CLI::App& app) {
  auto options = std::make_shared<ImportOptions>();
  std::string kinds = "Logs of:";
  for (const auto& importer : results::importers())
    kinds += fmt::format(" {} ({}).", importer.name, importer.description);
  app.add_option("FILE", options->files, kinds)->required();
  app.add_option("--output", options->output, "Run folder to write; must not exist")
      ->required()
      ->type_name("DIR");
  app.add_option("--benchmark", options->hints.benchmark,
                 "The collective that the logs are of, where they do not say it: all_reduce, ...")
      ->type_name("NAME");
  add_count(
      app, "--ranks", 1, std::numeric_limits<int>::max(),
      [options](int ranks) { options->hints.ranks = ranks; },
      "Over how many ranks, where the logs do not say it");
  return [options] { return run_import(*options); };
}

}  // namespace assay::cli
