#pragma once

#include <cstdint>

#include "collectives/data_type.hpp"
#include "core/native/nccl.hpp"

namespace assay::collectives {

/// Throws  UnavailableError for what the NCCL that this was built with does not know.
[[nodiscard]] ncclDataType_t nccl_type(DataType type);
/// Of mulsum: the sum, for which NCCL is given a factor.
[[nodiscard]] ncclRedOp_t nccl_operator(ReduceOp op);
/// The bits of a small factor as an element of the type, lowest first.
[[nodiscard]] std::uint64_t factor_bits(DataType type, int factor);

}  // namespace assay::collectives
