#pragma once

#include <vector>

#include "benchmarks/collective.hpp"
#include "cli/record_sink.hpp"

namespace assay::cli {

/// Runs a variant instrumented at each size, keeps the records and shows their hops, in lines that
/// begin with '#'. Does nothing for variants that send no messages of ours. Collective.
void show_hops(const BenchOptions& options, const benchmarks::Job& job,
               const benchmarks::CollectiveVariant& variant, const benchmarks::CollectiveTask& task,
               const std::vector<Bytes>& sizes, RecordSink& sink);

}  // namespace assay::cli
