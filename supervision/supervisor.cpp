#include "supervision/supervisor.hpp"

#include <fmt/format.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/resource.h>

#include <algorithm>
#include <utility>

#include "core/clock.hpp"
#include "supervision/child.hpp"
#include "supervision/coordinator.hpp"
#include "supervision/description.hpp"
#include "supervision/diagnosis.hpp"
#include "supervision/health_listener.hpp"
#include "supervision/member.hpp"
#include "supervision/pace.hpp"
#include "supervision/shared_heartbeat.hpp"
#include "supervision/signals.hpp"
#include "supervision/verdict_line.hpp"
#include "supervision/worker_watch.hpp"

namespace assay::supervision {

namespace {

/// One connection a rank: the usual limit of 1024 files is too low for large jobs.
void allow_many_files() {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  limit.rlim_cur = limit.rlim_max;
  ::setrlimit(RLIMIT_NOFILE, &limit);
}

/// As the launcher numbers them, while the rank itself is not known.
RankState before_start(RankState state, int launcher_rank) {
  state.rank = std::max(0, launcher_rank);
  return state;
}

ExitCode end_before_start(const RankState& state, std::string text, WorkerWatch& watch,
                          const FailureReport& report, bool is_told) {
  std::vector<RankState> ranks(static_cast<std::size_t>(state.rank) + 1);
  for (std::size_t rank = 0; rank < ranks.size(); ++rank) {
    ranks[rank].rank = static_cast<int>(rank);
    ranks[rank].condition = Condition::unknown;
  }
  ranks.back() = state;
  ProcessFailure failure = diagnose(ranks);
  if (!text.empty()) failure.text = std::move(text);
  watch.kill_worker();
  if (is_told) print_line(failure);
  report(failure, watch.run_directory());
  return failure.code;
}

/// Until the worker knows the others.
/// Returns  nothing once it does, or what to leave with.
std::optional<ExitCode> watch_start(WorkerWatch& watch, const FailureReport& report,
                                    const SupervisorOptions& options) {
  // Rank 0's line about an end that was asked for stands for all.
  const bool is_first = options.launcher_rank <= 0;
  for (const auto patience = Deadline::after(options.startup);;) {
    RankState state = watch.look();
    if (state.rank >= 0) return std::nullopt;
    if (state.condition == Condition::done) return static_cast<ExitCode>(state.number);
    state = before_start(std::move(state), options.launcher_rank);
    if (is_alarming(state.condition))
      return end_before_start(state, "", watch, report, is_first || !state.asked_to_end);
    if (state.asked_to_end) return end_before_start(state, "", watch, report, is_first);
    if (patience.passed()) {
      state.condition = Condition::overdue;
      return end_before_start(state,
                              fmt::format("{} did not find the other ranks within {:g} s",
                                          name(state), options.startup.value),
                              watch, report, true);
    }
    std::vector<pollfd> polled{{watch.signals_descriptor(), POLLIN, 0}};
    wait_for_any(polled, look_around);
  }
}

}  // namespace

ExitCode supervise(const Worker& worker, const FailureReport& report,
                   const SupervisorOptions& options) {
  SignalQueue signals;
  SharedHeartbeat heartbeat;
  std::optional<HealthListener> listener;
  if (options.launcher_rank <= 0) listener.emplace();
  if (listener) heartbeat->health_address.write(listener->address());

  Child child{[&] {
    signals.restore_mask();
    listener.reset();  // the port is this supervisor's alone, and closes with it
    return worker(*heartbeat);
  }};
  ::prctl(PR_SET_NAME, "assay-superv");
  allow_many_files();

  WorkerWatch watch{child, signals, *heartbeat, options};
  if (const auto code = watch_start(watch, report, options)) return *code;
  if (heartbeat->rank.load() == 0)
    return Coordinator{watch, listener ? &*listener : nullptr, report, options}.run();
  listener.reset();
  return Member{watch, parse_health_address(heartbeat->health_address.read()), report, options}
      .run();
}

void announce(Heartbeat& heartbeat, int rank, int ranks, const std::string& health_address) {
  heartbeat.health_address.write(health_address);
  heartbeat.ranks.store(ranks);
  heartbeat.phase.store(Heartbeat::Phase::running);
  heartbeat.rank.store(rank);  // last: the supervisor goes by it
}

}  // namespace assay::supervision
