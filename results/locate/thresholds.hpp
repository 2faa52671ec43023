#pragma once

#include <algorithm>
#include <cmath>

#include "results/locate/locate.hpp"

namespace assay::results {

/// Deficits of the options as logarithms, and what follows from them.
struct Thresholds {
  float warn = 0;  ///< below 0, as all levels
  float fail = 0;

  explicit Thresholds(const LocateOptions& options)
      : warn{static_cast<float>(std::log1p(-options.warn_deficit))},
        fail{static_cast<float>(std::log1p(-options.fail_deficit))} {}

  /// What lies above this is let go: a part that is slow by `fail` and measured with this error
  /// lies there with a probability of `z_let_go` only. Clear errors make it `warn`.
  [[nodiscard]] float keep(double error) const {
    const double sure = std::max<double>(warn, fail + z_let_go * error);
    return static_cast<float>(std::min(sure, -least_z * error));
  }

  /// A round of repeats above this was no slow part's: what disturbs a measurement only slows it.
  [[nodiscard]] float sound_round(double error) const {
    return static_cast<float>(std::max<double>(warn, fail + z_of_a_round * error));
  }

  /// One round in 4,000 of a part that is slow by `fail` is taken for a sound part's.
  static constexpr double z_of_a_round = 3.5;
  /// One slow part in 700 is let go at each look.
  static constexpr double z_let_go = 3.0;
  /// What is not even this far below its peers is not worth another measurement.
  static constexpr double least_z = 0.5;
};

}  // namespace assay::results
