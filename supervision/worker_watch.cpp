#include "supervision/worker_watch.hpp"

#include <unistd.h>

#include <array>

#include "core/clock.hpp"
#include "supervision/condition.hpp"

namespace assay::supervision {

namespace {

/// Some cards are asked for what they counted: seldom, as the processor may be a rank's.
constexpr Seconds between_looks_at_links{1.0};

std::string host_name() {
  std::array<char, 256> name{};
  if (::gethostname(name.data(), name.size() - 1) != 0) return "unknown";
  return name.data();
}

Seconds since(const std::optional<Seconds>& moment, Seconds now) {
  return moment ? now - *moment : Seconds{0};
}

Seconds seconds_of(std::int64_t nanoseconds) { return {static_cast<double>(nanoseconds) * 1e-9}; }

}  // namespace

WorkerWatch::WorkerWatch(Child& child, SignalQueue& signals, const Heartbeat& heartbeat,
                         const SupervisorOptions& options)
    : child_{child},
      signals_{signals},
      heartbeat_{heartbeat},
      options_{options},
      host_{host_name()},
      links_seen_at_{steady_now()},
      changed_at_{steady_now()} {}

RankState WorkerWatch::look() {
  if (signals_.request_to_end() && !asked_at_) asked_at_ = steady_now();
  child_.update();

  RankState state;
  state.rank = heartbeat_.rank.load();
  state.host = host_;
  state.pid = child_.pid();
  state.worker = child_.state();
  state.number = child_.number();
  state.phase = heartbeat_.phase.load();
  state.benchmark = heartbeat_.benchmark.read();
  state.lane = heartbeat_.lane.load();
  state.step = heartbeat_.step.load();
  state.waiting_for = heartbeat_.waiting_for.load();
  state.asked_to_end = asked_at_.has_value();

  const Seconds now = steady_now();
  note_times(state, now);
  note_links(now);
  state.lost_links = lost_links_;
  WorkerView view{state.worker, state.number, state.phase, since(stopped_at_, now), {}, {}, {}};
  view.finished_for = since(finished_at_, now);
  view.overdue_by = Seconds{-1};
  if (const std::int64_t deadline = heartbeat_.deadline_ns.load(); deadline != 0)
    view.overdue_by = seconds_of(steady_nanoseconds() - deadline);
  else
    view.same_for = now - changed_at_;
  state.condition = judge_worker(view, options_);
  return state;
}

void WorkerWatch::note_links(Seconds now) {
  if (!options_.lost_links || now - links_seen_at_ < between_looks_at_links) return;
  lost_links_ = options_.lost_links();
  links_seen_at_ = now;
}

void WorkerWatch::note_times(const RankState& state, Seconds now) {
  if (state.worker != WorkerState::stopped)
    stopped_at_.reset();
  else if (!stopped_at_)
    stopped_at_ = now;
  if (state.phase == Heartbeat::Phase::finished && !finished_at_) finished_at_ = now;

  const std::uint64_t beats = heartbeat_.beats.load();
  const bool under_deadline = heartbeat_.deadline_ns.load() != 0;
  if (under_deadline || beats != last_beats_ || state != last_) changed_at_ = now;
  last_beats_ = beats;
  last_ = state;
}

}  // namespace assay::supervision
