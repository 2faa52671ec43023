#include <unistd.h>

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "cli/file_verbs.hpp"
#include "core/error.hpp"

namespace assay::cli {

namespace fs = std::filesystem;

namespace {

struct ReportOptions {
  std::vector<std::string> runs;
  std::string output;
  std::string prices;
  std::string comparison;
};

/// Where it was installed with this program, in the source tree this was built in, or on the PATH.
std::vector<std::string> programs() {
  std::error_code ignored;
  const fs::path folder = fs::read_symlink("/proc/self/exe", ignored).parent_path();
  return {(folder / ".." / "share" / "assay" / "report" / "assay-report").string(),
          (folder / ".." / "scripts" / "report" / "assay-report").string(), "assay-report"};
}

ExitCode run_report(const ReportOptions& options) {
  std::vector<std::string> words{"assay-report"};
  words.insert(words.end(), options.runs.begin(), options.runs.end());
  const auto add = [&words](const char* name, const std::string& value) {
    if (!value.empty()) words.insert(words.end(), {name, value});
  };
  add("--output", options.output);
  add("--prices", options.prices);
  add("--compare", options.comparison);
  std::vector<char*> arguments;
  for (std::string& word : words) arguments.push_back(word.data());
  arguments.push_back(nullptr);
  for (const std::string& program : programs()) execvp(program.c_str(), arguments.data());
  throw UnavailableError{
      "report is the Python program assay-report, which is not here; install it by pip from "
      "scripts/report of the sources"};
}

}  // namespace

FileWork add_report(CLI::App& app) {
  auto options = std::make_shared<ReportOptions>();
  app.add_option("RUN", options->runs, "Run folders; several are candidates side by side")
      ->required();
  app.add_option("--output", options->output, "Folder to write; must not exist")
      ->required()
      ->type_name("DIR");
  app.add_option("--prices", options->prices,
                 "TOML: currency, prices, watts and weights of candidates")
      ->type_name("FILE");
  app.add_option("--compare", options->comparison, "What compare --json wrote, to be drawn")
      ->type_name("FILE");
  return [options] { return run_report(*options); };
}

}  // namespace assay::cli
