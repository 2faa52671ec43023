#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "benchmarks/clock_alignment.hpp"
#include "benchmarks/disturbance.hpp"
#include "benchmarks/pattern.hpp"
#include "collectives/bootstrap.hpp"
#include "collectives/host_executor.hpp"
#include "core/heartbeat.hpp"
#include "core/units.hpp"

namespace assay::benchmarks {

/// Something that all ranks of a group do together and that is timed.
class TimedOperation {
 public:
  virtual ~TimedOperation() = default;
  /// Dirties this rank's buffers for sample number `sample`. Not timed.
  virtual void prepare(std::uint64_t sample) = 0;
  /// Timed.
  [[nodiscard]] virtual collectives::ExecutionStatus run(Deadline deadline) noexcept = 0;
  /// Checks this rank's result. Not timed.
  [[nodiscard]] virtual std::optional<Mismatch> check(std::uint64_t sample) = 0;
};

struct SamplerOptions {
  std::optional<int> warmup;  ///< samples; absent: until stable
  std::optional<int>
      iterations;  ///< samples; absent: until the interval is narrow or the budget spent
  double interval_target = 0.025;  ///< half-width of the median's interval, relative
  Seconds budget{1.0};             ///< of one measurement, checks and warm-up included
  /// Samples that are taken even if the budget is spent. Fewer than six give no 95 % interval of
  /// the median (2 x 2^-n > 5 %): only where others of the same measurement are added.
  int samples_at_least = 6;
  bool check = true;
  std::optional<int> checks;  ///< of the first samples only; absent: of all
  /// In a row between two readings of the clock; times are then means over them, and what is
  /// checked is the last one's result: all of them must find the same input.
  int operations = 1;
  Seconds deadline{300.0};  ///< of one sample
};

/// One rank's part in a sample, on rank 0's clock.
struct Arrival {
  Seconds arrival;
  Seconds departure;
  std::uint64_t disturbed = 0;
};

/// What all ranks know after sampling (the same on every rank).
struct Samples {
  std::vector<double> duration_s;                       ///< last departure - last arrival
  std::vector<double> skew_s;                           ///< last arrival - first arrival
  std::vector<int> disturbed;                           ///< any rank, during that sample
  std::vector<int> passes;                              ///< samples in each turn; empty: all in one
  std::string stop;                                     ///< interval, budget, iterations
  int operations = 1;                                   ///< that each sample is the mean of
  std::vector<std::vector<double>> own_s;               ///< by rank: departure - arrival
  std::vector<std::vector<double>> late_s;              ///< by rank: arrival - first arrival
  std::vector<Disturbance> disturbance;                 ///< by rank, in all timed regions
  std::vector<std::uint64_t> wrong;                     ///< by rank; empty if not checked
  std::optional<std::pair<int, Mismatch>> first_wrong;  ///< rank of the group, and what
};

/// Appends `more` of the same measurement to `samples`.
void append(Samples& samples, const Samples& more);
/// The same for what was taken in another turn, which is counted.
void append_pass(Samples& samples, const Samples& more);

/// Times an operation across the ranks of a group until all agree that it is enough.
class Sampler {
 public:
  /// `bootstrap` and `heartbeat` must outlive it. Ranks of one kernel need no alignment.
  Sampler(collectives::Bootstrap& bootstrap, ClockAlignment alignment, Heartbeat& heartbeat)
      : bootstrap_{bootstrap}, alignment_{alignment}, heartbeat_{heartbeat} {}

  /// Collective. A sample begins when all ranks have met at a barrier and ends when the last one
  /// has left the operation; the time from its last arrival on counts.
  /// Throws  Error with ExitCode::deadline when a peer does not answer; the heartbeat then says
  /// who.
  [[nodiscard]] Samples sample(TimedOperation& operation, const SamplerOptions& options);

 private:
  struct Batch;
  /// Samples number `first` to `first + count - 1` of a measurement.
  Batch take(TimedOperation& operation, const SamplerOptions& options, int first, int count);
  Arrival take_one(TimedOperation& operation, const SamplerOptions& options);
  void warm_up(TimedOperation& operation, SamplerOptions options);
  void gather(const Batch& batch, Samples& samples);
  [[noreturn]] void give_up(const collectives::TimedOut& wait);

  collectives::Bootstrap& bootstrap_;
  ClockAlignment alignment_;
  Heartbeat& heartbeat_;
  DisturbanceProbe probe_;
  std::uint64_t number_ = 0;  ///< of the next sample
};

}  // namespace assay::benchmarks
