#include "cli/worker.hpp"

#include <fmt/format.h>
#include <mpi.h>

#include <algorithm>
#include <cstdio>
#include <nlohmann/json.hpp>
#include <optional>

#include "benchmarks/job.hpp"
#include "benchmarks/transport_choice.hpp"
#include "cli/attendance.hpp"
#include "cli/mpi_variants.hpp"
#include "cli/split.hpp"
#include "cli/verbs.hpp"
#include "cli/version.hpp"
#include "collectives/baseline/mpi.hpp"
#include "collectives/bootstrap/mpi.hpp"
#include "collectives/bootstrap/roll_call.hpp"
#include "collectives/together.hpp"
#include "supervision/supervisor.hpp"

namespace assay::cli {

namespace {

constexpr Seconds start_deadline{60.0};

std::string joined(const std::vector<std::string>& words) {
  std::string text;
  for (const auto& word : words) text += (text.empty() ? "" : " ") + word;
  return text;
}

void join_health_channel(collectives::MpiBootstrap& world, Heartbeat& heartbeat) {
  const std::string mine = heartbeat.health_address.read();
  supervision::announce(heartbeat, world.rank(), world.size(),
                        collectives::gather_texts(world, mine)[0]);
}

/// What one rank was asked to do, as it tells the others.
struct Request {
  std::string arguments;
  std::string split;  ///< as in read_split_setting
  std::string build;
  int code = 0;
  std::string problem;
};

std::vector<Request> exchange(collectives::Bootstrap& world, const Request& mine) {
  const std::string text =
      nlohmann::json{mine.arguments, mine.split, mine.build, mine.code, mine.problem}.dump(
          -1, ' ', false, nlohmann::json::error_handler_t::replace);
  std::vector<Request> all;
  for (const std::string& told : collectives::gather_texts(world, text)) {
    const auto json = nlohmann::json::parse(told);
    all.push_back({json[0], json[1], json[2], json[3], json[4]});
  }
  return all;
}

/// The first thing that keeps the ranks from starting, the same on all of them.
std::optional<Answer> disagreement(const std::vector<Request>& all) {
  for (std::size_t rank = 1; rank < all.size(); ++rank) {
    if (all[rank].build != all[0].build)
      return Answer{ExitCode::usage,
                    fmt::format("rank {} runs another build ({}) than rank 0 ({}); install one "
                                "build on all nodes",
                                rank, all[rank].build, all[0].build)};
    if (all[rank].arguments != all[0].arguments)
      return Answer{ExitCode::usage,
                    fmt::format("rank {} was started with other arguments ('{}') than rank 0 "
                                "('{}')",
                                rank, all[rank].arguments, all[0].arguments)};
    if (all[rank].split != all[0].split)
      return Answer{ExitCode::usage,
                    fmt::format("rank {} has other groups in its environment ('{}') than rank 0 "
                                "('{}'); hand NCCL_TESTS_SPLIT on to all ranks (mpirun -x)",
                                rank, all[rank].split, all[0].split)};
  }
  if (!all[0].problem.empty()) return Answer{static_cast<ExitCode>(all[0].code), all[0].problem};
  return std::nullopt;
}

ExitCode run_verb(const Command& command, collectives::MpiBootstrap& world, Heartbeat& heartbeat,
                  const std::vector<std::string>& command_line) {
  benchmarks::Job job = benchmarks::make_job(world, heartbeat, common_of(command)->faults,
                                             Deadline::after(start_deadline));
  benchmarks::prepare_transports(job, common_of(command)->transport,
                                 {common_of(command)->rails, {}});
  if (const auto* accept = std::get_if<AcceptOptions>(&command))
    return run_accept(*accept, job, command_line);
  if (const auto* locate = std::get_if<LocateOptions>(&command))
    return run_locate(*locate, job, command_line);
  return run_bench(std::get<BenchOptions>(command), job, command_line);
}

void tell(const collectives::Bootstrap& world, const std::string& text) {
  if (world.rank() == 0) fmt::print(stderr, "assay: {}\n", text);
}

/// What matters of the environment.
std::string split_for(const std::variant<Command, Answer>& parsed) {
  const auto* command = std::get_if<Command>(&parsed);
  const bool is_bench = command != nullptr && std::holds_alternative<BenchOptions>(*command);
  return command == nullptr || is_bench ? read_split_setting() : "";
}

/// Mistakes are the same on all ranks (see `together`), so one tells for all.
ExitCode run_checked(const std::variant<Command, Answer>& parsed, collectives::MpiBootstrap& world,
                     Heartbeat& heartbeat, const std::vector<std::string>& command_line) {
  try {
    Request mine{joined({command_line.begin() + 1, command_line.end()}), split_for(parsed),
                 build_fingerprint(), 0, ""};
    if (const auto* answer = std::get_if<Answer>(&parsed)) {
      mine.code = static_cast<int>(answer->code);
      mine.problem = answer->text;
    }
    if (const auto problem = disagreement(exchange(world, mine))) {
      tell(world, problem->text);
      return problem->code;
    }
    return run_verb(std::get<Command>(parsed), world, heartbeat, command_line);
  } catch (const UsageError& problem) {
    tell(world, problem.what());
    return ExitCode::usage;
  } catch (const UnavailableError& problem) {
    tell(world, problem.what());
    return ExitCode::unavailable;
  }
}

/// A rank that cannot be reached is not waited for longer than for any message.
Seconds patience_of(const std::variant<Command, Answer>& parsed) {
  const auto* command = std::get_if<Command>(&parsed);
  const CommonOptions* common = command == nullptr ? nullptr : common_of(*command);
  const auto deadline = common == nullptr ? std::nullopt : common->deadline;
  return std::min(deadline.value_or(attendance_patience), attendance_patience);
}

/// Between MPI_Init and MPI_Finalize.
ExitCode run_started(Heartbeat& heartbeat, const Launch& launch,
                     const std::variant<Command, Answer>& parsed,
                     const std::vector<std::string>& command_line) {
  collectives::MpiBootstrap world{MPI_COMM_WORLD, heartbeat};
  if (world.size() != launch.size) {
    tell(world, fmt::format("the launcher started {} ranks, but MPI sees {}: the launcher belongs "
                            "to another MPI than this build ({}); use that MPI's mpirun",
                            launch.size, world.size(), collectives::mpi_library_version()));
    return ExitCode::usage;
  }
  join_health_channel(world, heartbeat);
  return run_checked(parsed, world, heartbeat, command_line);
}

bool asks_to_force_mpi(const std::variant<Command, Answer>& parsed) {
  const auto* command = std::get_if<Command>(&parsed);
  const auto* bench = command == nullptr ? nullptr : std::get_if<BenchOptions>(command);
  return bench != nullptr && forces_mpi(*bench);
}

}  // namespace

ExitCode run_worker(Heartbeat& heartbeat, const Launch& launch,
                    const std::variant<Command, Answer>& parsed,
                    const std::vector<std::string>& command_line) {
  // MPI is not finalised after an exception: that would wait for ranks that do not know of it.
  try {
    if (asks_to_force_mpi(parsed)) let_mpi_be_forced();
    native::check_mpi(MPI_Init(nullptr, nullptr));
    const Seconds patience = patience_of(parsed);
    const auto roll = collectives::call_the_roll(MPI_COMM_WORLD, patience);
    if (const auto code = check_attendance(roll, patience)) return *code;
    const ExitCode code = run_started(heartbeat, launch, parsed, command_line);
    heartbeat.phase.store(Heartbeat::Phase::finished);
    native::check_mpi(MPI_Finalize());
    return code;
  } catch (const Error& problem) {
    fmt::print(stderr, "assay: rank {}: {}\n", heartbeat.rank.load(), problem.what());
    std::fflush(stderr);
    return problem.exit_code();
  } catch (const std::exception& problem) {
    fmt::print(stderr, "assay: rank {}: {}\n", heartbeat.rank.load(), problem.what());
    std::fflush(stderr);
    return ExitCode::internal;
  }
}

}  // namespace assay::cli
