#pragma once

#include <array>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "results/record.hpp"

namespace assay::results {

enum class Status { pass, fail, inconclusive, skipped };

struct Measured {
  double value = 0;
  std::string unit;  ///< bytes_per_s, flop_per_s, s, elements, share, times lost
  std::optional<std::array<double, 2>> interval;
};
struct Expected {
  double value = 0;
  std::string source;  ///< profile NAME, arithmetic: ..., peers
};

/// What kind of part of the machine a check asks about.
enum class PartKind {
  job,             ///< all of it, or none in particular
  host,            ///< with its processors, memory and cards
  link,            ///< between two ranks, from host memory
  collective,      ///< of ranks, in host memory
  gpu,             ///< with its memory and its way to the host
  gpu_link,        ///< between two GPUs
  gpu_collective,  ///< of GPUs, in their memory
};

/// One question asked of the run.
struct Check {
  std::string name;     ///< pair/bandwidth
  std::string subject;  ///< what was asked about: rank 2, n0->n2
  Status status = Status::skipped;
  std::optional<Measured> measured;
  std::optional<Expected> expected;
  std::string reason;  ///< one line; of a skipped check: why
  PartKind of = PartKind::job;
};

/// No part is called at fault with more confidence than this.
inline constexpr double surest = 0.999;

/// A part that is at fault.
struct Suspect {
  std::string kind;                      ///< node, rank, gpu, nic, path, switch, uplink
  std::string name;                      ///< node: host name; rank: "rank 2"
  std::optional<std::string> direction;  ///< send, receive, both
  std::optional<std::string> peer;       ///< of a path: its other end; of an uplink: the other leaf
  std::optional<std::string> rail;       ///< of several the one at fault
  std::string layer;      ///< hardware, configuration, contention, compute, process, data
  double deficit = 0;     ///< share, 0..1
  double confidence = 0;  ///< 0..1
  std::vector<std::string> evidence;
  std::string action;
  std::optional<int> rank;
  std::optional<std::string> host;
  std::optional<std::string> device = {};  ///< of a GPU, or of a path from one: "gpu3"
};

struct Verdict {
  Status verdict = Status::inconclusive;  ///< never skipped
  std::string level;
  std::string profile;
  std::string label = real_label;  ///< simulated: of no machine that there is
  std::vector<Check> checks;
  std::vector<Suspect> suspects;  ///< worst first
};

[[nodiscard]] std::string_view name_of(Status status);
[[nodiscard]] std::string to_json(const Verdict& verdict);
/// Throws  UsageError that names what is wrong.
[[nodiscard]] Verdict parse_verdict(const std::string& text);

/// The verdict as a short table a tired person can read: what was checked, what failed, who is
/// suspected and why, what to do next, where the run lies. `width` in columns.
[[nodiscard]] std::string render(const Verdict& verdict, const std::filesystem::path& run,
                                 int width = 100);

}  // namespace assay::results
