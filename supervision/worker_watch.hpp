#pragma once

#include <optional>
#include <string>

#include "core/heartbeat.hpp"
#include "core/units.hpp"
#include "supervision/child.hpp"
#include "supervision/rank_state.hpp"
#include "supervision/signals.hpp"
#include "supervision/supervisor.hpp"

namespace assay::supervision {

/// A supervisor's eye on its own worker. Borrows everything it is made of.
class WorkerWatch {
 public:
  WorkerWatch(Child& child, SignalQueue& signals, const Heartbeat& heartbeat,
              const SupervisorOptions& options);

  /// Takes in signals and the heartbeat, without waiting. Call a few times a second, and whenever
  /// `signals` has something.
  [[nodiscard]] RankState look();

  /// When this supervisor was asked to end; nothing if it was not.
  [[nodiscard]] std::optional<Seconds> asked_to_end_at() const noexcept { return asked_at_; }
  [[nodiscard]] int signals_descriptor() const noexcept { return signals_.descriptor(); }
  [[nodiscard]] std::string run_directory() const { return heartbeat_.run_directory.read(); }
  [[nodiscard]] int ranks() const noexcept { return heartbeat_.ranks.load(); }
  void kill_worker() noexcept { child_.kill(); }

 private:
  void note_times(const RankState& state, Seconds now);
  void note_links(Seconds now);

  Child& child_;
  SignalQueue& signals_;
  const Heartbeat& heartbeat_;
  const SupervisorOptions& options_;
  std::string host_;
  std::string lost_links_;
  Seconds links_seen_at_;
  std::optional<Seconds> asked_at_;
  std::optional<Seconds> stopped_at_;
  std::optional<Seconds> finished_at_;
  /// When the heartbeat last changed, and what it was.
  Seconds changed_at_;
  RankState last_;
  std::uint64_t last_beats_ = 0;
};

}  // namespace assay::supervision
