#pragma once

#include <span>
#include <vector>

#include "collectives/bootstrap.hpp"
#include "collectives/transport.hpp"
#include "core/clock.hpp"
#include "core/units.hpp"

namespace assay::benchmarks {

/// One exchange with the reference clock: asked at `sent`, the reference read `reference`, the
/// answer was there at `received`.
struct ClockExchange {
  Seconds sent;
  Seconds reference;
  Seconds received;
};

/// How far this clock is behind the reference (add it to a local time).
struct ClockOffset {
  Seconds offset;
  Seconds uncertainty;  ///< half the round trip it was found from
  Seconds at;           ///< local time of that exchange
};

/// The offset from the exchange with the shortest round trip: the others were held up on one way.
/// Needs at least one exchange. Source: Cristian 1989.
[[nodiscard]] ClockOffset estimate_offset(std::span<const ClockExchange> exchanges);

/// Translates this rank's steady clock to rank 0's, by offset and drift.
class ClockAlignment {
 public:
  /// Clocks that are one and the same (ranks under one kernel).
  ClockAlignment() = default;

  /// Adds what was found now; from the second offset on, drift is the slope from the first.
  void note(const ClockOffset& found);
  [[nodiscard]] Seconds to_reference(Seconds local) const noexcept;
  [[nodiscard]] Seconds uncertainty() const noexcept { return uncertainty_; }

 private:
  bool known_ = false;
  ClockOffset first_;
  Seconds offset_;
  Seconds at_;
  double drift_ = 0;  ///< seconds per second
  Seconds uncertainty_;
};

/// Measures this rank's offset to rank 0's clock by `exchanges` messages each way.
/// Collective over the ranks of the transport.
[[nodiscard]] ClockOffset measure_offset(collectives::Bootstrap& bootstrap,
                                         collectives::Transport& transport, Deadline deadline,
                                         int exchanges = 100);

}  // namespace assay::benchmarks
