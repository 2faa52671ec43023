#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <vector>

#include "results/json_fields.hpp"

namespace assay::results {

/// When a message of a hop was where, in seconds after the last rank began. May be below 0: other
/// ranks began before.
struct HopMessage {
  double handed_over_s = 0;  ///< to the transport, by its sender
  double wanted_s = 0;       ///< from when on its receiver waited for nothing else
  double arrived_s = 0;      ///< not before it was wanted

  friend bool operator==(const HopMessage&, const HopMessage&) = default;
};

/// The messages of one lane from one rank to another, in an instrumented collective. Times are in
/// seconds; single ones are medians over the repetitions.
struct Hop {
  int from = 0;
  int to = 0;
  int lane = 0;
  std::uint64_t messages = 0;         ///< in one repetition
  std::uint64_t bytes = 0;            ///< likewise
  std::array<double, 2> arrival_s{};  ///< of the first and the last, after the last rank began
  double send_blocked_s = 0;          ///< how long `from` waited for room on the link
  double starved_s = 0;               ///< how long `to` waited for nothing but these messages
  /// Of that, how long the message waited for had been handed over already: it was on its way. By
  /// repetition, as faults are judged by it.
  std::vector<double> on_link_s;
  /// Of the repetition that took the median of all times; empty where there are too many to keep.
  std::vector<HopMessage> timeline{};

  friend bool operator==(const Hop&, const Hop&) = default;
};

/// How long a rank worked on messages (in processor time: what other programs took from it is no
/// fault of the rank), or did nothing for so long that it must have been stopped.
struct RankBusy {
  int rank = 0;
  std::vector<double> busy_s;  ///< by repetition

  friend bool operator==(const RankBusy&, const RankBusy&) = default;
};

/// What the hops of a collective looked like in some repetitions.
struct HopTrace {
  std::vector<double> total_s;                ///< by repetition, as in a record's samples_s
  std::optional<double> clock_uncertainty_s;  ///< absent: all ranks read one clock
  std::vector<Hop> hops;
  std::vector<RankBusy> ranks;

  friend bool operator==(const HopTrace&, const HopTrace&) = default;
};

/// Times are written in whole nanoseconds.
[[nodiscard]] Json hop_trace_json(const HopTrace& trace);
/// Throws  UsageError that names what is wrong: lists that are not as long as `total_s`.
[[nodiscard]] HopTrace read_hop_trace(const FieldReader& fields);

}  // namespace assay::results
