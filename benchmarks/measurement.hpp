#pragma once

#include <string>
#include <vector>

#include "benchmarks/job.hpp"
#include "benchmarks/sampler.hpp"
#include "results/record.hpp"

namespace assay::benchmarks {

/// Fills what every record has from the samples: times, their interval, percentiles, fast side,
/// stop, checks and, for more than one rank, skew and per-rank figures. `members` are the job's
/// ranks of the group that was sampled.
void describe(results::Record& record, const Samples& samples, const std::vector<int>& members);

/// Adds bandwidths of the median: `bus_factor` is bus bandwidth over algorithm bandwidth.
void add_bandwidth(results::Record& record, double bus_factor);

}  // namespace assay::benchmarks
