#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace assay::results {

/// A floor below this share of its reference lets broken machines pass, and the profile is refused.
/// Sound parts of one kind differ by up to 5 %; public gates further down than this have passed a
/// device at a third of its speed (docs/profiles.md).
inline constexpr double lowest_floor_share = 0.7;

/// What a sound machine of one kind reaches in one benchmark. Higher is better.
struct ProfileFigure {
  std::string unit;               ///< bytes_per_s, flop_per_s; of network/port: share of its rate
  double reference = 0;           ///< what was seen on a sound machine
  double floor = 0;               ///< below: fail
  std::optional<double> ceiling;  ///< above: the measurement is not to be trusted
  std::string source;             ///< where the reference was read; never empty
};

/// Expected figures of one kind of machine, read from TOML (docs/profiles.md has the format).
struct Profile {
  std::string name;
  std::string description;
  /// Regular expression found anywhere in the processor's name, in any case, for `auto`; empty:
  /// only ever chosen by name.
  std::string processor_pattern;
  std::string gpu_pattern;  ///< the same of a GPU's name; goes before the processor's
  std::map<std::string, ProfileFigure>
      figures;  ///< by "benchmark/variant": matmul/openblas/float32
  /// What a node has: gpus; each GPU: nvlinks, pcie_generation, pcie_width, memory_gib (nominal),
  /// ecc (1: on).
  std::map<std::string, double> inventory;
};

/// What a profile says that there is, if there is one and it says so.
[[nodiscard]] std::optional<double> inventory_of(const Profile* profile, const std::string& name);

/// Reads and checks a profile.
/// Throws  UsageError with file, line and column if it cannot be parsed; if a figure has no source;
///         if a floor stands above its ceiling or reference, or below `lowest_floor_share` of its
///         reference; for unknown keys and units, and shares of anything but network/port.
[[nodiscard]] Profile read_profile(const std::filesystem::path& file);

/// The profile in `directory` whose pattern fits one of `gpus`, else one whose pattern fits
/// `processor`, if any; the first of several by file name. None, too, where there is no such
/// directory. One that a GPU's name chose says nothing of how many there should be.
/// Throws  UsageError if a profile looked at cannot be read.
[[nodiscard]] std::optional<Profile> find_profile(const std::filesystem::path& directory,
                                                  const std::string& processor,
                                                  const std::vector<std::string>& gpus = {});

}  // namespace assay::results
