#include "results/drift.hpp"

#include <cmath>
#include <vector>

#include "results/statistics.hpp"

namespace assay::results {

Drift drift_of(std::span<const double> values) {
  Drift drift;
  if (values.size() < windows_for_drift) return drift;
  std::vector<double> slopes;
  double order = 0;  // pairs that rise, less pairs that fall
  for (std::size_t i = 0; i < values.size(); ++i)
    for (std::size_t j = i + 1; j < values.size(); ++j) {
      slopes.push_back((values[j] - values[i]) / static_cast<double>(j - i));
      order += values[j] > values[i] ? 1 : values[j] < values[i] ? -1 : 0;
    }
  const auto count = static_cast<double>(values.size());
  drift.known = true;
  drift.change = median(slopes) * (count - 1) / median(values);
  const double variance = count * (count - 1) * (2 * count + 5) / 18;  // Mann-Kendall, no ties
  const double corrected = order > 0 ? order - 1 : order < 0 ? order + 1 : 0;
  drift.z = corrected / std::sqrt(variance);
  return drift;
}

}  // namespace assay::results
