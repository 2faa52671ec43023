#include "supervision/coordinator.hpp"

#include <algorithm>

#include "core/clock.hpp"
#include "supervision/diagnosis.hpp"
#include "supervision/message.hpp"
#include "supervision/pace.hpp"
#include "supervision/verdict_line.hpp"

namespace assay::supervision {

namespace {

/// Open MPI kills a second after it asked: within this, what it asks because of comes to light.
constexpr Seconds word_after_request{0.3};
/// After the first alarm, between questions to the others.
constexpr Seconds between_queries{0.1};
/// How long a member may take to join or to leave after the work is done.
constexpr Seconds farewell{1.0};
/// Above so many ranks, their words are read in batches.
constexpr int few_ranks = 16;
constexpr Seconds batch{0.05};

}  // namespace

Coordinator::Coordinator(WorkerWatch& watch, HealthListener* listener, const FailureReport& report,
                         const SupervisorOptions& options)
    : watch_{watch}, listener_{listener}, report_{report}, options_{options} {
  members_.resize(static_cast<std::size_t>(std::max(1, watch_.ranks())));
  for (std::size_t rank = 1; rank < members_.size(); ++rank) {
    members_[rank].state.rank = static_cast<int>(rank);
    members_[rank].state.condition = Condition::unknown;
  }
}

ExitCode Coordinator::run() {
  members_[0].state = watch_.look();
  for (;;) {
    welcome();
    for (Member& member : members_) hear(member);
    const int order = members_[0].state.alarm_order;
    members_[0].state = watch_.look();
    members_[0].state.alarm_order = order;
    note_alarms();
    if (all_done()) return end_well();
    if (is_time_to_judge()) return end_badly();
    speak();
    wait();
  }
}

void Coordinator::wait() {
  polled_.assign(1, {watch_.signals_descriptor(), POLLIN, 0});
  for (const Member& member : members_)
    if (member.connection)
      polled_.push_back({member.connection->descriptor(), member.connection->events(), 0});
  if (listener_ != nullptr) listener_->add_to(polled_);
  const bool soon = alarm_at_ || own_done_at_ || watch_.asked_to_end_at();
  wait_for_any(polled_, soon ? look_closely : look_around);
  const bool has_signal = polled_[0].revents != 0;
  if (!has_signal && static_cast<int>(members_.size()) > few_ranks) sleep_for(batch);
}

void Coordinator::welcome() {
  if (listener_ == nullptr) return;
  for (auto& joined : listener_->admit()) {
    const auto rank = static_cast<std::size_t>(joined.rank);
    if (rank == 0 || rank >= members_.size()) continue;
    Member& member = members_[rank];
    if (member.connection || member.state.condition != Condition::unknown) continue;
    member.connection = std::move(joined.connection);
    member.connection->send(encode(Message{members_[0].state}));
    member.heard_at = steady_now();
  }
}

void Coordinator::hear(Member& member) {
  if (!member.connection) return;
  const Seconds now = steady_now();
  member.connection->exchange();
  while (const auto line = member.connection->next_line()) {
    const auto message = decode_message(*line);
    const auto* told = message ? std::get_if<RankState>(&*message) : nullptr;
    if (told == nullptr || told->rank != member.state.rank) continue;
    const int order = member.state.alarm_order;
    member.state = *told;
    member.state.alarm_order = order;
    member.heard_at = now;
  }
  note_loss(member, now);
}

void Coordinator::note_loss(Member& member, Seconds now) {
  const bool is_closed = !member.connection->is_open();
  const bool is_silent = now - member.heard_at > options_.silence;
  if (is_closed) member.connection.reset();
  // What it said last of its worker outweighs its own end.
  if (is_alarming(member.state.condition) || member.state.condition == Condition::done) return;
  if (is_closed)
    member.state.condition = Condition::lost;
  else if (is_silent)
    member.state.condition = Condition::silent;
}

void Coordinator::speak() {
  const Seconds now = steady_now();
  const int ranks = static_cast<int>(members_.size());
  if (now - spoke_at_ < (alarm_at_ ? between_queries : beat_period(ranks, options_))) return;
  spoke_at_ = now;
  tell_all(alarm_at_ ? encode(Message{Query{}}) : encode(Message{members_[0].state}));
}

void Coordinator::note_alarms() {
  bool is_alarm = false;
  for (Member& member : members_) {
    const bool is_alarming_now = is_alarming(member.state.condition);
    if (!is_alarming_now)
      member.state.alarm_order = 0;
    else if (member.state.alarm_order == 0)
      member.state.alarm_order = ++alarms_;
    is_alarm |= is_alarming_now || member.state.asked_to_end;
  }
  if (!is_alarm) alarm_at_.reset();  // a stopped rank was continued, a silent one speaks
  if (is_alarm && !alarm_at_) {
    alarm_at_ = steady_now();
    spoke_at_ = {};
  }
  if (members_[0].state.condition == Condition::done && !own_done_at_) own_done_at_ = steady_now();
}

bool Coordinator::is_time_to_judge() const {
  const Seconds now = steady_now();
  if (alarm_at_ && now - *alarm_at_ >= options_.collect) return true;
  const auto asked_at = watch_.asked_to_end_at();
  return asked_at && now - *asked_at >= word_after_request;
}

bool Coordinator::all_done() const {
  if (!own_done_at_) return false;
  // A launcher that ends the job then does so because some rank has left already, as we may.
  const bool is_patient = !watch_.asked_to_end_at() && steady_now() - *own_done_at_ < farewell;
  return std::all_of(members_.begin(), members_.end(), [&](const Member& member) {
    const Condition condition = member.state.condition;
    return condition == Condition::done ||
           (condition == Condition::unknown && !member.connection && !is_patient);
  });
}

ExitCode Coordinator::end_well() {
  tell_all(encode(Message{Done{}}));
  see_all_off();
  return static_cast<ExitCode>(members_[0].state.number);
}

ExitCode Coordinator::end_badly() {
  std::vector<RankState> ranks;
  for (const Member& member : members_) {
    ranks.push_back(member.state);
    ranks.back().answered = !member.connection || !alarm_at_ || member.heard_at > *alarm_at_;
  }
  const ProcessFailure failure = diagnose(ranks);
  watch_.kill_worker();
  print_line(failure);
  // Before anybody leaves: the first one to do so makes the launcher end the others.
  report_(failure, watch_.run_directory());
  tell_all(encode(Message{Leave{failure.code}}));
  see_all_off();
  return failure.code;
}

void Coordinator::tell_all(const std::string& line) {
  for (Member& member : members_)
    if (member.connection) member.connection->send(line);
}

void Coordinator::see_all_off() {
  for (const auto patience = Deadline::after(farewell); !patience.passed();) {
    polled_.clear();
    for (Member& member : members_) {
      if (!member.connection) continue;
      member.connection->exchange();
      while (member.connection->next_line()) continue;
      if (member.connection->is_open())
        polled_.push_back({member.connection->descriptor(), member.connection->events(), 0});
      else
        member.connection.reset();
    }
    if (polled_.empty()) return;
    wait_for_any(polled_, look_around);
  }
}

}  // namespace assay::supervision
