#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "core/units.hpp"

namespace assay::benchmarks {

/// How much an acceptance run measures.
struct AcceptanceLevel {
  std::string_view name;
  std::string_view description;
  Seconds matmul_budget;  ///< of one kernel in one turn of one rank
  Seconds memory_budget;
  int device_passes;
  Seconds pair_budget;        ///< of one direction and size in one turn of a pair
  Seconds pair_stage;         ///< of all pairs
  int link_passes;            ///< turns of every pair of nodes
  Seconds collective_budget;  ///< of one variant and size
  std::span<const std::uint64_t> collective_sizes;
  std::span<const std::uint64_t> gpu_collective_sizes;  ///< as far as there is memory for them
  bool soaks = false;  ///< works for as long as it is told, afterwards
};

/// All levels of this build.
[[nodiscard]] std::span<const AcceptanceLevel> acceptance_levels();
/// Throws  UsageError that lists the known names.
[[nodiscard]] const AcceptanceLevel& find_level(std::string_view name);

}  // namespace assay::benchmarks
