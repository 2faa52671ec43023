#pragma once

#include <compare>
#include <string>
#include <string_view>
#include <vector>

#include "benchmarks/gpu_matmul/operand_type.hpp"

namespace assay::benchmarks::gpu_matmul {

/// Of a GPU: 9.0 of an H100.
struct Capability {
  int major = 0;
  int minor = 0;
  friend auto operator<=>(const Capability&, const Capability&) = default;
};
[[nodiscard]] std::string text_of(Capability capability);

/// One of our kernels; each has one idea more than the one before.
struct Rung {
  std::string_view name;
  std::string_view description;
  std::vector<OperandType> types;
  bool any_layout = false;  ///< else operands whose lines lie across the depth are transposed first
  Capability least;
  bool only_major = false;  ///< it is of this major version alone
};

/// From the simplest on.
[[nodiscard]] const std::vector<Rung>& ladder();

/// Throws  UsageError that lists the names.
[[nodiscard]] const Rung& find_rung(std::string_view name);

/// Why the kernel does not take such operands; empty where it does.
[[nodiscard]] std::string why_not(const Rung& rung, OperandType type);
/// Why it does not run on such a GPU; empty where it does.
[[nodiscard]] std::string why_not(const Rung& rung, Capability capability);

/// The highest rung for such operands on such a GPU, or null.
[[nodiscard]] const Rung* best_rung(OperandType type, Capability capability);

/// Reads a name as users write it: ours or nccl-tests'.
/// Throws  UsageError that lists the names.
[[nodiscard]] OperandType parse_operand_type(std::string_view name);

/// The first compute capability with tensor cores or conversions for such operands.
[[nodiscard]] Capability least_capability(OperandType type);

}  // namespace assay::benchmarks::gpu_matmul
