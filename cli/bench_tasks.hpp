#pragma once

#include <vector>

#include "benchmarks/collective.hpp"
#include "cli/options.hpp"
#include "core/units.hpp"

namespace assay::cli {

/// The sizes from -b to -e.
/// Throws  UsageError if the options contradict each other, or a type does not divide a size.
[[nodiscard]] std::vector<Bytes> sizes_of(const BenchOptions& options);

/// Every type, operation and root that was asked for and means something here.
[[nodiscard]] std::vector<benchmarks::CollectiveTask> tasks_of(const BenchOptions& options,
                                                               int ranks);

}  // namespace assay::cli
