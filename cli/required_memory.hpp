#pragma once

#include <string_view>

#include "benchmarks/job.hpp"
#include "core/units.hpp"

namespace assay::cli {

/// Collective: throws UsageError, on all ranks, if some host has not the memory for all of its
/// ranks, with what is needed and what is free. `what` needs it: "these sizes"; `advice`: "lower
/// -e".
void require_memory(const benchmarks::Job& job, Bytes each_rank, std::string_view what,
                    std::string_view advice);

}  // namespace assay::cli
