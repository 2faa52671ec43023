#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

namespace assay::results {

/// An element type as nccl-tests calls it.
struct NcclType {
  std::string_view dtype;  ///< in records
  std::string_view nccl;
  std::size_t bytes;
};

/// A collective as nccl-tests calls it, and what its figures are made of.
struct NcclCollective {
  std::string_view benchmark;  ///< in records
  std::string_view program;    ///< without _perf
  bool has_blocks;             ///< its size is that of all ranks' blocks, its count that of one
  bool reduces;
  /// Bus bandwidth is algorithm bandwidth times this, over n ranks: 2(n-1)/n, (n-1)/n or 1.
  enum class BusFactor { twice, once, one } bus_factor;
};

/// None if there is no such type or collective.
[[nodiscard]] std::optional<NcclType> find_dtype(std::string_view dtype);
[[nodiscard]] std::optional<NcclType> find_nccl_type(std::string_view nccl);
[[nodiscard]] std::optional<NcclCollective> find_collective(std::string_view benchmark);
[[nodiscard]] std::optional<NcclCollective> find_nccl_program(std::string_view program);

[[nodiscard]] double bus_factor(const NcclCollective& collective, int ranks);

}  // namespace assay::results
