#pragma once

#include <vector>

#include "collectives/bootstrap.hpp"
#include "results/record.hpp"

namespace assay::benchmarks {

/// Collective: all ranks' records, by rank, on rank 0; none elsewhere.
[[nodiscard]] std::vector<results::Record> gather_records(collectives::Bootstrap& world,
                                                          const std::vector<results::Record>& mine);

}  // namespace assay::benchmarks
