#include "collectives/device/switch_operation.hpp"

#include <algorithm>
#include <array>

namespace assay::collectives::device {

namespace {

struct Entry {
  DataType type;
  ReduceOp op;
  SwitchOperation operation;
};

/// Of multimem.ld_reduce (PTX ISA 8.1 and later, "multimem.ld_reduce"): there is no min or max of
/// float32.
constexpr std::array known{
    Entry{DataType::float32, ReduceOp::sum, SwitchOperation::add_float32},
    Entry{DataType::float16, ReduceOp::sum, SwitchOperation::add_float16},
    Entry{DataType::bfloat16, ReduceOp::sum, SwitchOperation::add_bfloat16},
    Entry{DataType::float16, ReduceOp::min, SwitchOperation::min_float16},
    Entry{DataType::bfloat16, ReduceOp::min, SwitchOperation::min_bfloat16},
    Entry{DataType::float16, ReduceOp::max, SwitchOperation::max_float16},
    Entry{DataType::bfloat16, ReduceOp::max, SwitchOperation::max_bfloat16},
};

}  // namespace

std::optional<SwitchOperation> find_switch_operation(DataType type, ReduceOp op) {
  const auto found = std::ranges::find_if(
      known, [&](const Entry& entry) { return entry.type == type && entry.op == op; });
  if (found == known.end()) return std::nullopt;
  return found->operation;
}

}  // namespace assay::collectives::device
