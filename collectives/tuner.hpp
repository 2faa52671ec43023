#pragma once

#include <cstddef>
#include <limits>
#include <optional>
#include <span>
#include <vector>

#include "collectives/direct/moves.hpp"
#include "collectives/plan.hpp"
#include "core/units.hpp"

namespace assay::collectives {

/// What one message costs a way of doing a collective, in units that a machine has prices for.
struct Work {
  double messages = 0;  ///< sent and received; the call itself is one
  double bytes = 0;     ///< sent, received and copied
  double reduced_bytes = 0;

  friend bool operator==(const Work&, const Work&) = default;
};

/// What a way has to do for messages of any size, on the rank that has most to do.
class WorkCount {
 public:
  /// Messages of at most `block_bytes`. Cost: proportional to the plan's steps.
  WorkCount(const Plan& plan, std::size_t block_bytes);
  /// Of ranks that reach into each other's buffers, meetings are the messages.
  explicit WorkCount(const MovePlan& plan);
  [[nodiscard]] Work at(Bytes size) const;

 private:
  double messages_a_chunk_ = 0;
  double bytes_a_byte_ = 0;
  double reduced_a_byte_ = 0;
  double chunk_bytes_ = std::numeric_limits<double>::infinity();  ///< of the whole message;
                                                                  ///< infinite where it is not cut
};

/// One size that was measured.
struct Timing {
  Bytes size;
  Work work;
  Seconds time;
};

/// The prices of one way on one machine: time = messages x latency + bytes / bandwidth + reduced
/// bytes x reduction, times a correction where that line misses what was measured (caches,
/// and what overlaps). Corrections are interpolated between the measured sizes on logarithmic axes
/// and stay as they are beyond them.
class FittedCost {
 public:
  /// Least squares of the relative errors, no price below 0. What a sum costs is no part of the
  /// fit, as it cannot be told from bandwidth by times alone: it is measured by itself.
  /// Precondition: one timing or more, sizes ascending, times above 0.
  FittedCost(std::span<const Timing> timings, double reduction_s_per_byte);

  [[nodiscard]] Seconds predict(Bytes size, const Work& work) const;
  /// The same way where a sum costs something else: another type or operation.
  [[nodiscard]] FittedCost with_reduction(double reduction_s_per_byte) const;

  [[nodiscard]] Seconds latency() const { return latency_; }
  /// None where no size was large enough to tell.
  [[nodiscard]] std::optional<Bandwidth> bandwidth() const;
  [[nodiscard]] double reduction_s_per_byte() const { return reduction_s_per_byte_; }
  /// Root mean square of the relative errors without the corrections.
  [[nodiscard]] double relative_error() const { return relative_error_; }

 private:
  struct Correction {
    double log_size = 0;
    double log_factor = 0;
  };
  [[nodiscard]] double line(const Work& work) const;

  Seconds latency_;
  double s_per_byte_ = 0;
  double reduction_s_per_byte_ = 0;
  double relative_error_ = 0;
  std::vector<Correction> corrections_;
};

/// From the size after the one before, up to `up_to`, the way with that index is the quickest.
struct Choice {
  Bytes up_to;
  std::size_t way = 0;

  friend bool operator==(const Choice&, const Choice&) = default;
};

/// For ascending sizes the predicted times of every way (`times[way][size]`; infinite where it
/// cannot be had): what to choose up to each size, neighbours with one way joined. From one size to
/// the next the way changes only where another one saves more than `worth_changing` of the time, so
/// that ways that are as good as each other do not take turns. Sizes beyond the last go by the last
/// choice.
/// Precondition: one way and one size or more.
inline constexpr double worth_changing = 0.05;
[[nodiscard]] std::vector<Choice> choose(std::span<const Bytes> sizes,
                                         std::span<const std::vector<Seconds>> times);
/// The way for messages of `size`. Precondition: choices not empty.
[[nodiscard]] std::size_t chosen(std::span<const Choice> choices, Bytes size);

}  // namespace assay::collectives
