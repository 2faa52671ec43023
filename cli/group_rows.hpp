#pragma once

#include <vector>

#include "benchmarks/collective.hpp"
#include "cli/record_sink.hpp"
#include "cli/split.hpp"
#include "cli/table.hpp"

namespace assay::cli {

/// Collective over the job: ranks that wait for a slower group take nothing from it, and wait as
/// long as its samples may take.
void wait_for_all(const benchmarks::Job& job, const benchmarks::SamplerOptions& sampler);

/// Collective over the job: one size, out of place and in place, in all groups at the same time. In
/// each half they begin together; one that has enough samples leaves the machine to the others.
/// What is measured goes to the sink.
/// Returns  On rank 0 a row of each of `groups`; on other ranks nothing.
[[nodiscard]] std::vector<TableRow> measure_rows(const benchmarks::Job& job,
                                                 const std::vector<RankGroup>& groups,
                                                 benchmarks::CollectiveBenchmark& benchmark,
                                                 Bytes size, benchmarks::SamplerOptions sampler,
                                                 RecordSink& sink);

}  // namespace assay::cli
