#include "fake_job.hpp"

#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <fstream>
#include <new>
#include <string>

#include "core/clock.hpp"

namespace assay::supervision {

namespace {

constexpr Seconds nap{0.002};
/// No job of these tests takes as long; one that does has failed.
constexpr Seconds patience{15.0};

void await(const std::function<bool()>& condition) {
  for (const auto end = Deadline::after(patience); !condition() && !end.passed();) sleep_for(nap);
}

/// As MPI would hand the address around.
void find_the_others(int rank, int ranks, Heartbeat& heartbeat, Board& board) {
  if (rank == 0) board.address.write(heartbeat.health_address.read());
  await([&] { return !board.address.read().empty(); });
  announce(heartbeat, rank, ranks, board.address.read());
}

/// Whether the process can still do something: one that waits to be reaped can not.
bool is_alive(int pid) {
  std::ifstream file{"/proc/" + std::to_string(pid) + "/stat"};
  std::string line;
  if (!std::getline(file, line)) return false;
  const auto state = line.rfind(") ") + 2;  // after the name, which may hold anything
  return line[state] != 'Z' && line[state] != 'X';
}

void note(Board& board, int reporter, const ProcessFailure& failure,
          const std::filesystem::path& run_directory) {
  if (board.reports.fetch_add(1) > 0) return;
  board.reporter = reporter;
  board.cause = static_cast<int>(failure.cause);
  board.culprit = failure.rank;
  board.step = failure.step;
  board.benchmark.write(failure.benchmark);
  board.text.write(failure.text);
  if (!failure.evidence.empty()) board.first_evidence.write(failure.evidence[0]);
  board.run_directory.write(run_directory.string());
}

}  // namespace

FakeJob::FakeJob(int ranks, Work work, SupervisorOptions options, Start how) {
  void* address =
      ::mmap(nullptr, sizeof(Board), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  page_ = native::Mapping{{address, sizeof(Board)}};
  board_ = new (address) Board;
  for (int rank = 0; rank < ranks; ++rank) {
    options.launcher_rank = rank;
    const Work counted = [&](int own, Heartbeat& heartbeat, Board& shared) {
      shared.worker_pid[static_cast<std::size_t>(own)] = ::getpid();
      if (how == Start::together) find_the_others(own, ranks, heartbeat, shared);
      ++shared.at_work;
      return work(own, heartbeat, shared);
    };
    start(rank, counted, options);
  }
}

void FakeJob::start(int rank, const Work& work, SupervisorOptions options) {
  const pid_t pid = ::fork();
  if (pid > 0) supervisors_.push_back(pid);
  if (pid != 0) return;
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  const ExitCode code =
      supervise([&](Heartbeat& heartbeat) { return work(rank, heartbeat, *board_); },
                [&](const ProcessFailure& failure, const std::filesystem::path& run_directory) {
                  note(*board_, rank, failure, run_directory);
                },
                options);
  ::_exit(static_cast<int>(code));
}

FakeJob::~FakeJob() {
  for (const pid_t pid : supervisors_) {
    if (pid <= 0) continue;
    ::kill(pid, SIGKILL);
    ::waitpid(pid, nullptr, 0);
  }
}

void FakeJob::wait_until_at_work() const {
  constexpr Seconds settling{0.3};
  await([&] { return board_->at_work == static_cast<int>(supervisors_.size()); });
  sleep_for(settling);
}

void FakeJob::signal_supervisor(int rank, int signal) const {
  ::kill(supervisors_[static_cast<std::size_t>(rank)], signal);
}

void FakeJob::signal_worker(int rank, int signal) const {
  ::kill(board_->worker_pid[static_cast<std::size_t>(rank)], signal);
}

void FakeJob::signal_all(int signal) const {
  for (std::size_t rank = 0; rank < supervisors_.size(); ++rank) {
    signal_worker(static_cast<int>(rank), signal);
    signal_supervisor(static_cast<int>(rank), signal);
  }
}

std::vector<int> FakeJob::codes() {
  std::vector<int> codes(supervisors_.size(), still_running);
  await([&] {
    for (std::size_t rank = 0; rank < supervisors_.size(); ++rank) {
      int status = 0;
      if (supervisors_[rank] <= 0 || ::waitpid(supervisors_[rank], &status, WNOHANG) <= 0) continue;
      supervisors_[rank] = 0;
      codes[rank] = WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
    }
    return std::find(codes.begin(), codes.end(), still_running) == codes.end();
  });
  return codes;
}

bool FakeJob::has_orphans() const {
  // A moment for those whose supervisor was killed: the kernel kills them after it.
  const auto any = [&] {
    return std::any_of(board_->worker_pid.begin(), board_->worker_pid.end(),
                       [](const auto& pid) { return pid != 0 && is_alive(pid); });
  };
  for (const auto end = Deadline::after(Seconds{2}); any() && !end.passed();) sleep_for(nap);
  return any();
}

SupervisorOptions short_options() {
  SupervisorOptions options;
  options.stop_grace = Seconds{0.5};
  options.silence = Seconds{1.5};
  options.collect = Seconds{0.3};
  options.startup = Seconds{10};
  options.finish = Seconds{2};
  return options;
}

ExitCode work_until_over(int /*rank*/, Heartbeat& heartbeat, Board& board) {
  heartbeat.benchmark.write("pair 2->0");
  await([&] { return board.is_over.load(); });
  heartbeat.phase = Heartbeat::Phase::finished;
  return ExitCode::success;
}

ExitCode wait_for_ever(Heartbeat& heartbeat, int peer) {
  constexpr int some_step = 3;
  heartbeat.benchmark.write("pair 2->0");
  heartbeat.waiting_for = peer;
  heartbeat.step = peer == Heartbeat::nobody ? -1 : some_step;
  await([] { return false; });
  return ExitCode::internal;
}

}  // namespace assay::supervision
