#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace assay::results {

/// What a sound machine of one kind reaches in one benchmark. Higher is better.
struct ProfileFigure {
  std::string unit;                   ///< bytes_per_s, flop_per_s
  double reference = 0;               ///< what was seen on a sound machine
  double floor = 0;                   ///< below: fail
  std::optional<double> ceiling;      ///< above: the measurement is not to be trusted
  std::string source;                 ///< where the reference was read; never empty
};

/// Expected figures of one kind of machine, read from TOML (docs/profiles.md has the format).
struct Profile {
  std::string name;
  std::string description;
  std::string processor_pattern;      ///< regular expression on the processor's name, for `auto`
  std::map<std::string, ProfileFigure> figures;  ///< by "benchmark/variant": matmul/openblas/float32
};

/// Reads and checks a profile.
/// Throws  UsageError with file, line and column if it cannot be parsed; if a figure has no source;
///         if a floor stands above its ceiling or reference, or below 70 % of its reference.
[[nodiscard]] Profile read_profile(const std::filesystem::path& file);

/// The profile in `directory` whose pattern fits `processor`, if any.
[[nodiscard]] std::optional<Profile> find_profile(const std::filesystem::path& directory,
                                                  const std::string& processor);

}  // namespace assay::results
