#pragma once

#include "results/record.hpp"

namespace assay::results {

/// Sets what follows from `samples_s` (at least one) and `disturbed`: the median with its interval,
/// percentiles and the fast side.
void summarise(Record& record);

/// Adds the samples of `more`, of the same measurement in another turn, to `record`, with what was
/// found wrong, and summarises anew; bandwidths and rates follow the median.
void merge(Record& record, const Record& more);

}  // namespace assay::results
