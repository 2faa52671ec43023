#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "benchmarks/gpu_matmul/ladder.hpp"
#include "benchmarks/matmul/shape.hpp"

namespace assay::benchmarks::gpu_matmul {

inline constexpr std::string_view cublaslt_name = "cublaslt";
/// Memory that its algorithms may use beside the operands.
inline constexpr std::size_t cublaslt_workspace_bytes = std::size_t{64} << 20;

/// What a user asks for.
struct Wanted {
  std::string implementation = "assay";  ///< or cublaslt, all
  std::string algorithm = "auto";  ///< the highest rung that will do; or all; or a rung's name
};

/// Which kernels are to be measured, ours by their rungs' names, and why others are not.
struct Choice {
  std::vector<std::string> kernels;
  std::vector<std::string> left_out;

  [[nodiscard]] bool has_cublaslt() const;
  /// Whether any of them needs operands in layout nt, and others to be transposed.
  [[nodiscard]] bool has_fixed_layout() const;
};

/// What is wanted of what can be had on such a GPU. `why_no_cublaslt` is empty where it is there.
/// Throws  UsageError if there is no rung of that name.
[[nodiscard]] Choice choose_kernels(const Wanted& wanted, OperandType type, MatmulLayout layout,
                                    Capability capability, const std::string& why_no_cublaslt);

}  // namespace assay::benchmarks::gpu_matmul
