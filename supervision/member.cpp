#include "supervision/member.hpp"

#include <algorithm>
#include <cstdio>
#include <utility>
#include <variant>

#include "core/clock.hpp"
#include "supervision/diagnosis.hpp"
#include "supervision/message.hpp"
#include "supervision/pace.hpp"
#include "supervision/verdict_line.hpp"

namespace assay::supervision {

namespace {

/// Open MPI kills a second after it asked; rank 0's verdict should be there by then.
constexpr Seconds word_after_request{0.8};
/// For rank 0's supervisor to judge and to write, beyond the time it collects.
constexpr Seconds time_to_report{5.0};
/// For a connection that has not come about, once it matters.
constexpr Seconds time_to_join{1.0};
/// Between the ranks that see rank 0 gone: the lowest that lives writes the verdict. More than
/// `look_around`, by which they may differ in noticing a silence.
constexpr Seconds between_heirs{0.3};
constexpr Seconds last_heir{3.0};

Seconds turn_of(int rank) { return std::min(between_heirs * (rank - 1), last_heir); }

/// What rank 0's supervisor wants to know at once.
bool is_news(const RankState& now, const RankState& told) {
  return now.condition != told.condition || now.worker != told.worker || now.phase != told.phase ||
         now.asked_to_end != told.asked_to_end;
}

bool is_past(const std::optional<Seconds>& moment, Seconds span) {
  return moment && steady_now() - *moment >= span;
}

}  // namespace

Member::Member(WorkerWatch& watch, std::optional<HealthAddress> address,
               const FailureReport& report, const SupervisorOptions& options)
    : watch_{watch},
      report_{report},
      options_{options},
      own_{watch.look()},
      began_at_{steady_now()} {
  if (address) joiner_.emplace(*std::move(address), own_.rank);
}

ExitCode Member::run() {
  for (;;) {
    join();
    hear();
    own_ = watch_.look();
    note_times();
    speak();
    if (const auto code = decide()) return *code;
    wait();
  }
}

void Member::wait() {
  std::vector<pollfd> polled{{watch_.signals_descriptor(), POLLIN, 0}};
  if (connection_)
    polled.push_back({connection_->descriptor(), connection_->events(), 0});
  else if (joiner_)
    joiner_->add_to(polled);
  const bool soon = alarm_at_ || done_at_ || lost_at_ || watch_.asked_to_end_at();
  wait_for_any(polled, soon ? look_closely : look_around);
}

void Member::join() {
  if (connection_ || lost_at_ || !joiner_) return;
  if (!is_warned_ && steady_now() - began_at_ > options_.silence) {
    std::fprintf(stderr,
                 "assay: rank %d does not reach rank 0's health channel; if a process fails, the "
                 "verdict may not say which\n",
                 own_.rank);
    is_warned_ = true;
  }
  if (auto joined = joiner_->advance()) {
    connection_ = std::move(joined->connection);
    rank_0_ = std::move(joined->rank_0);
    heard_at_ = steady_now();
    is_asked_ = true;
  }
}

void Member::hear() {
  if (!connection_) return;
  const Seconds now = steady_now();
  connection_->exchange();
  while (const auto line = connection_->next_line()) {
    heard_at_ = now;
    const auto message = decode_message(*line);
    if (!message) continue;
    if (std::holds_alternative<Query>(*message)) is_asked_ = true;
    if (std::holds_alternative<Done>(*message)) is_done_ = true;
    if (const auto* leave = std::get_if<Leave>(&*message)) order_ = leave->code;
    if (const auto* state = std::get_if<RankState>(&*message)) rank_0_ = *state;
  }
  const bool is_closed = !connection_->is_open();
  if (!is_closed && now - heard_at_ <= options_.silence) return;
  rank_0_.condition = is_closed ? Condition::lost : Condition::silent;
  connection_.reset();
  lost_at_ = now;
}

void Member::speak() {
  if (!connection_) return;
  const Seconds now = steady_now();
  const bool is_due = now - spoke_at_ >= beat_period(watch_.ranks(), options_);
  if (!is_due && !is_asked_ && !is_news(own_, told_)) return;
  connection_->send(encode(Message{own_}));
  told_ = own_;
  spoke_at_ = now;
  is_asked_ = false;
}

void Member::note_times() {
  const auto note = [](std::optional<Seconds>& moment, bool is_so) {
    if (!is_so) moment.reset();
    if (is_so && !moment) moment = steady_now();
  };
  note(alarm_at_, is_alarming(own_.condition));
  note(done_at_, own_.condition == Condition::done);
}

std::optional<ExitCode> Member::decide() {
  if (order_) {
    watch_.kill_worker();
    return *order_;
  }
  if (is_done_ && own_.condition == Condition::done) return static_cast<ExitCode>(own_.number);
  if (!connection_) {
    if (const auto code = decide_without_rank_0()) return code;
  } else if (is_past(alarm_at_, options_.collect + time_to_report)) {
    return end_alone(true);
  }
  if (is_past(watch_.asked_to_end_at(), word_after_request)) {
    watch_.kill_worker();
    return ExitCode::verdict_inconclusive;
  }
  return std::nullopt;
}

std::optional<ExitCode> Member::decide_without_rank_0() {
  if (lost_at_) {
    const bool is_turn = is_past(lost_at_, turn_of(own_.rank));
    // A launcher that is about to kill leaves no time to wait for one's turn.
    if (is_turn || watch_.asked_to_end_at()) return end_alone(is_turn);
    return std::nullopt;
  }
  if (is_past(done_at_, time_to_join)) return static_cast<ExitCode>(own_.number);
  if (is_past(alarm_at_, time_to_join)) return end_alone(true);
  return std::nullopt;
}

ExitCode Member::end_alone(bool is_turn) {
  std::vector<RankState> ranks(static_cast<std::size_t>(std::max(watch_.ranks(), own_.rank + 1)));
  for (std::size_t rank = 0; rank < ranks.size(); ++rank) {
    ranks[rank].rank = static_cast<int>(rank);
    ranks[rank].condition = Condition::unknown;
  }
  if (rank_0_.rank == 0) ranks[0] = rank_0_;
  ranks[static_cast<std::size_t>(own_.rank)] = own_;
  const ProcessFailure failure = diagnose(ranks);
  watch_.kill_worker();
  if (is_turn) print_line(failure);  // one line for all, if all live
  report_(failure, watch_.run_directory());
  return failure.code;
}

}  // namespace assay::supervision
