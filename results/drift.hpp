#pragma once

#include <cstddef>
#include <span>

namespace assay::results {

/// How a quantity changed over a series of windows.
struct Drift {
  double change = 0;   ///< from the first to the last window, as a share; below 0: it fell
  double z = 0;        ///< how far the order of the values is from chance, in sigmas; same sign
  bool known = false;  ///< false where there are too few windows to tell
};

/// The slope that the median of all pairs of windows has (Theil 1950, Sen 1968), which a few bad
/// windows do not move, over the length of the series and the median; and how likely chance made
/// it (Mann 1945, Kendall 1948).
/// Cost   the square of the number of values.
[[nodiscard]] Drift drift_of(std::span<const double> values);

/// Fewer windows are no series.
inline constexpr std::size_t windows_for_drift = 8;

}  // namespace assay::results
