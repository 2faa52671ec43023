#pragma once

#include <optional>

#include "collectives/data_type.hpp"
#include "collectives/device/direct_run.hpp"

namespace assay::collectives::device {

/// What switches combine, in whole vectors; of narrow floats they add with more bits, and round
/// once. Nothing: not by a switch.
[[nodiscard]] std::optional<SwitchOperation> find_switch_operation(DataType type, ReduceOp op);

}  // namespace assay::collectives::device
