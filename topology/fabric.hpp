#pragma once

#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace assay::topology {

/// One switch of a network, and the one above it.
struct Switch {
  static constexpr int top = -1;
  std::string name;
  int parent = top;  ///< index among the fabric's switches
};

/// The network between hosts, as far as it is known: a tree of switches, every host on one of them.
struct Fabric {
  enum class Source { flat, file, guessed };

  Source source = Source::flat;
  std::string origin;  ///< the file, where it was one
  std::vector<Switch> switches;
  std::vector<std::string> hosts;
  std::vector<int> switch_of;  ///< by host: index among the switches
};

/// Which leaf each of a job's hosts hangs on: what schedules and the locating of faults go by.
struct Leaves {
  Fabric::Source source = Fabric::Source::flat;
  std::vector<std::string> names;  ///< by leaf; only leaves with hosts of the job
  std::vector<int> leaf_of;        ///< by the job's host

  [[nodiscard]] int count() const { return static_cast<int>(names.size()); }
};

/// Reads Slurm's topology.conf (tree plugin): SwitchName=, Nodes=, Switches=, with hostlist
/// expressions such as n[01-04,7]; comments, continued lines, and keys it does not need
/// (LinkSpeed). Throws  UsageError with the line: a host or switch in two places, an unknown key,
/// no leaf at all,
///         a circle of switches.
[[nodiscard]] Fabric parse_slurm_topology(std::string_view text);

/// Reads a TOML description: [[switch]] tables with `name`, and `hosts` (a list; hostlist
/// expressions allowed) or `switches` (those below it).
/// Throws  UsageError likewise.
[[nodiscard]] Fabric parse_fabric_toml(std::string_view text);

/// The text of a file that describes a fabric.
/// Throws  UsageError that names the file: it is not there, cannot be read, or is no text.
[[nodiscard]] std::string read_fabric_text(const std::filesystem::path& file);
/// The text of either kind, which the file's name tells: *.toml, else topology.conf.
/// Throws  UsageError that names the file.
[[nodiscard]] Fabric parse_fabric(const std::filesystem::path& file, std::string_view text);
/// Both at once.
[[nodiscard]] Fabric read_fabric(const std::filesystem::path& file);

/// The hosts' leaves as the fabric has them. A short name fits a fully qualified one.
/// Throws  UsageError that names the hosts that the fabric does not contain.
[[nodiscard]] Leaves leaves_of(const Fabric& fabric, std::span<const std::string> hosts);

/// All hosts on one leaf: nothing is known.
[[nodiscard]] Leaves flat_leaves(std::size_t hosts);

/// Guesses leaves from latencies between hosts (seconds, symmetric, hosts x hosts row by row; NaN
/// where not measured): hosts whose latencies to each other are clearly shorter than to all others.
/// Nothing where the latencies do not fall apart into two levels, or not into groups.
[[nodiscard]] std::optional<Leaves> guess_leaves(std::span<const double> latency,
                                                 std::size_t hosts);

}  // namespace assay::topology
