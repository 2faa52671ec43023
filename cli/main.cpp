#include <fmt/format.h>
#include <cstdio>
#include <exception>
#include <filesystem>

#include "cli/failure.hpp"
#include "cli/launch.hpp"
#include "cli/link_watch.hpp"
#include "cli/options.hpp"
#include "cli/split.hpp"
#include "cli/verbs.hpp"
#include "cli/worker.hpp"
#include "core/error.hpp"
#include "core/machine.hpp"
#include "supervision/front.hpp"
#include "supervision/supervisor.hpp"

namespace assay::cli {

namespace {

ExitCode say(const Answer& answer) {
  if (answer.code == ExitCode::success)
    fmt::print("{}", answer.text);
  else
    fmt::print(stderr, "assay: {}\n", answer.text);
  return answer.code;
}

/// Verbs that look at files only, and answers for a person who started one process.
ExitCode run_alone(const std::variant<Command, Answer>& parsed) {
  if (const auto* answer = std::get_if<Answer>(&parsed)) return say(*answer);
  const auto& command = std::get<Command>(parsed);
  if (const auto* judge = std::get_if<JudgeOptions>(&command)) return run_judge(*judge);
  if (const auto* plan = std::get_if<PlanOptions>(&command)) return run_plan(*plan);
  if (const auto* work = std::get_if<FileWork>(&command)) return (*work)();
  return run_list();
}

ExitCode run(int argc, char** argv) {
  const std::vector<std::string> command_line(argv, argv + argc);
  const std::string program = std::filesystem::path{command_line[0]}.filename().string();
  const auto parsed =
      parse_command(program, {command_line.begin() + 1, command_line.end()}, read_split_setting());
  const Launch launch = read_launch();

  const auto* measures = std::get_if<Command>(&parsed);
  const CommonOptions* common = measures == nullptr ? nullptr : common_of(*measures);
  const auto* answer = std::get_if<Answer>(&parsed);
  const bool is_mistake = answer != nullptr && answer->code != ExitCode::success;
  if (common == nullptr && !(is_mistake && launch.size > 1)) return run_alone(parsed);

  if (is_simulated()) {
    // Ranks are actors of one process: there is none to fork, and none that could die alone.
    Heartbeat heartbeat;
    return run_worker(heartbeat, launch, parsed, command_line);
  }

  supervision::SupervisorOptions options;
  options.launcher_rank = launch.rank;
  if (launch.launched()) options.lost_links = [watch = LinkWatch{}] { return watch.lost_links(); };
  if (common != nullptr && common->deadline) {
    options.stop_grace = std::min(options.stop_grace, *common->deadline);
    // Ranks that only wait for others' turns have no deadline of their own.
    constexpr double turns = 4;
    options.stall = std::max(options.stall, *common->deadline * turns);
  }
  const bool redact = common != nullptr && common->redact;
  const auto supervise = [&] {
    return supervision::supervise(
        [&](Heartbeat& heartbeat) { return run_worker(heartbeat, launch, parsed, command_line); },
        [&](const supervision::ProcessFailure& failure, const std::filesystem::path& directory) {
          report_failure(failure, directory, redact);
        },
        options);
  };
  return launch.launched() ? supervision::behind_front(supervise, launch.socket) : supervise();
}

}  // namespace

}  // namespace assay::cli

int main(int argc, char** argv) {
  using assay::ExitCode;
  try {
    return static_cast<int>(assay::cli::run(argc, argv));
  } catch (const assay::UsageError& problem) {
    std::fprintf(stderr, "assay: %s\n", problem.what());
    return static_cast<int>(ExitCode::usage);
  } catch (const assay::UnavailableError& problem) {
    std::fprintf(stderr, "assay: %s\n", problem.what());
    return static_cast<int>(ExitCode::unavailable);
  } catch (const assay::Error& problem) {
    std::fprintf(stderr, "assay: %s\n", problem.what());
    return static_cast<int>(problem.exit_code());
  } catch (const std::exception& problem) {
    std::fprintf(stderr, "assay: %s\n", problem.what());
    return static_cast<int>(ExitCode::internal);
  }
}
