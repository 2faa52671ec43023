#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <set>
#include <string>

namespace assay::results {

/// What counts as a change of one benchmark. Shares of its time.
struct CellThresholds {
  double change = 0.03;  ///< smaller changes are no matter
  /// How far one run's median lies from another's of the same build, as a standard deviation, where
  /// runs were repeated: what is expected beside what they show, with the weight of
  /// `prior_degrees_of_freedom` more runs, as three runs may agree by chance.
  double between_runs = 0.01;
  /// The same where neither side was run twice and nothing shows it; absent: nobody knows, and no
  /// change is significant then.
  std::optional<double> unrepeated;
};
inline constexpr double prior_degrees_of_freedom = 3;

struct CompareThresholds {
  CellThresholds all;                               ///< of benchmarks not named
  std::map<std::string, CellThresholds> benchmark;  ///< by name
  double false_discovery_rate = 0.05;               ///< over all cells

  [[nodiscard]] const CellThresholds& of(const std::string& name) const;
};

/// Reads TOML: `false_discovery_rate`, and `change`, `between_runs` and `unrepeated` in [default]
/// and in [benchmark.NAME], which begins as [default]; what is not there stays as it is by default.
/// A benchmark must be one that Assay or an importer has records of, or that is in `held`: those of
/// the runs to be compared.
/// Throws  UsageError with file, line and column for unknown keys and benchmarks and for numbers
///         outside 0 to 1.
[[nodiscard]] CompareThresholds read_thresholds(const std::filesystem::path& file,
                                                const std::set<std::string>& held);

}  // namespace assay::results
