#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "benchmarks/job.hpp"
#include "benchmarks/sampler.hpp"
#include "collectives/collective.hpp"
#include "collectives/data_type.hpp"
#include "results/record.hpp"

namespace assay::benchmarks {

/// One way to do an all-reduce.
struct AllReduceVariant {
  std::string implementation;  ///< assay, mpi
  std::string algorithm;       ///< ring, tree; of mpi: default
  std::string transport;       ///< of assay: auto, shared_memory, mpi
};

/// A variant set up for one type and operation, to be measured at any size up to the largest.
/// All members are collective over the job.
class AllReduceBenchmark {
 public:
  /// Allocates 4 buffers of the largest size (see Pattern) and opens the links.
  AllReduceBenchmark(const Job& job, const AllReduceVariant& variant, collectives::DataType type,
                     collectives::ReduceOp op, Bytes largest);
  ~AllReduceBenchmark();
  AllReduceBenchmark(const AllReduceBenchmark&) = delete;
  AllReduceBenchmark& operator=(const AllReduceBenchmark&) = delete;

  [[nodiscard]] results::Record measure(Bytes size, bool in_place, const SamplerOptions& options);

 private:
  class Operation;
  const Job& job_;
  AllReduceVariant variant_;
  collectives::DataType type_;
  collectives::ReduceOp op_;
  std::vector<int> members_;
  std::unique_ptr<collectives::Transport> transport_;
  std::unique_ptr<collectives::Collective> collective_;
  std::unique_ptr<Operation> operation_;
};

/// Memory that one rank needs for messages of `largest` bytes: input, output, and the pattern's
/// two.
[[nodiscard]] Bytes all_reduce_memory(Bytes largest);

}  // namespace assay::benchmarks
