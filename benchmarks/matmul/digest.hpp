#pragma once

#include <vector>

#include "benchmarks/job.hpp"
#include "benchmarks/matmul/shape.hpp"
#include "results/record.hpp"

namespace assay::benchmarks {

struct DigestOptions {
  MatmulShape shape{256, 256, 256};
  int repeats = 20;
};

/// Looks for silent corruption of data: every rank computes one product again and again and once
/// more by the plain loop, and the digests of all results are compared, over repeats and over ranks
/// that round alike. What most of them have is right. A rank that has something else sometimes is
/// told where: it is sent the right row.
///
/// Collective over the job. Returns one record (benchmark digest) for each rank on rank 0, none
/// elsewhere: `digest` is what most of its own repeats gave; `counters` has the number of
/// `repeats`, and how many of them were `deviating`; `wrong` counts the elements of the first
/// deviating product, whose first wrong one is in `first_wrong`. Where no digest has a majority
/// `wrong` is absent.
[[nodiscard]] std::vector<results::Record> measure_digests(const Job& job,
                                                           const DigestOptions& options);

}  // namespace assay::benchmarks
