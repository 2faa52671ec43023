#pragma once

#include <vector>

#include "benchmarks/collective.hpp"
#include "benchmarks/job.hpp"
#include "cli/options.hpp"
#include "collectives/baseline/mpi_algorithms.hpp"

namespace assay::cli {

/// Whether MPI is to be told algorithms, one by name or all of them.
[[nodiscard]] bool forces_mpi(const BenchOptions& options);

/// Before MPI_Init: puts into the environment what lets MPI be told an algorithm, unless the user
/// has parameters of his own there, which might otherwise begin to matter.
void let_mpi_be_forced();

/// Those of `algorithms` that the options ask for. Says which ones are left out. Collective.
/// Precondition: forces_mpi(options).
/// Throws  UsageError for a name that is none, UnavailableError if the one asked for by name cannot
/// be had.
[[nodiscard]] std::vector<benchmarks::CollectiveVariant> forced_variants(
    const BenchOptions& options, const benchmarks::Job& job,
    const collectives::MpiAlgorithms& algorithms);

}  // namespace assay::cli
