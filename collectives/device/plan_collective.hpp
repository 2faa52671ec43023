#pragma once

#include <memory>

#include "collectives/device/own_collective.hpp"

namespace assay::collectives::device {

/// Collective over the processes: a plan, proved and then interpreted by a kernel, one lane a
/// block; see make_own_collective.
[[nodiscard]] std::unique_ptr<GroupCollective> make_plan_collective(const Algorithm& algorithm,
                                                                    const OwnTask& task,
                                                                    Bootstrap& processes,
                                                                    const Placement& placement,
                                                                    Seconds patience);

}  // namespace assay::collectives::device
