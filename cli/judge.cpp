#include "results/judge.hpp"

#include <fmt/format.h>

#include "cli/run_folder.hpp"
#include "cli/verbs.hpp"
#include "results/run.hpp"
#include "results/verdict.hpp"

namespace assay::cli {

ExitCode run_judge(const JudgeOptions& options) {
  const results::Run run = results::read_run(options.run);
  const std::string processor = run.info.ranks.empty() ? "" : run.info.ranks[0].processor;
  std::vector<std::string> gpus;
  for (const results::Record& record : run.records)
    if (const auto name = record.report.facts.find("name");
        record.benchmark == "inventory" && name != record.report.facts.end())
      gpus.push_back(name->second);
  const auto profile = choose_profile(options.profile, processor, gpus);
  const auto verdict = results::judge(run, profile ? &*profile : nullptr);
  fmt::print("{}", results::render(verdict, options.run));
  return exit_code_of(verdict.verdict);
}

}  // namespace assay::cli
