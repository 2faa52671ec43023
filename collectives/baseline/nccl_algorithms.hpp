#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "collectives/operation.hpp"

namespace assay::collectives {

/// As NCCL chooses to do it.
inline constexpr std::string_view nccl_default = "default";

/// What NCCL_ALGO and NCCL_PROTO are set to while a communicator is made.
struct NcclForcing {
  std::string algorithm;  ///< "Ring"; empty: not set
  std::string protocol;   ///< "LL128"
};

/// How NCCL can be told to do an operation: "default", "ring/ll", "tree/simple", ... Which of them
/// a machine has, NCCL says when it is asked.
[[nodiscard]] std::vector<std::string> nccl_algorithms(Operation operation);

/// Throws  UsageError that lists the names for the operation.
[[nodiscard]] NcclForcing find_nccl_forcing(Operation operation, std::string_view name);

}  // namespace assay::collectives
