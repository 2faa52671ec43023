#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "benchmarks/job.hpp"
#include "benchmarks/sampler.hpp"
#include "collectives/collective.hpp"
#include "collectives/data_type.hpp"
#include "collectives/operation.hpp"
#include "results/record.hpp"

namespace assay::benchmarks {

/// What is asked of a collective, whoever does it.
struct CollectiveTask {
  collectives::Operation operation = collectives::Operation::all_reduce;
  collectives::Elements elements;
  int root = 0;
};

/// How long a benchmark's blocks are, where the operation has weights: `distance_weights`.
[[nodiscard]] collectives::BlockWeights block_weights(collectives::Operation operation, int ranks);

/// The algorithm of ours in which the kernel copies from rank to rank (collectives/direct/cma.hpp).
inline constexpr std::string_view cma_algorithm = "pull";

/// One way to do it.
struct CollectiveVariant {
  std::string implementation;  ///< assay, mpi
  std::string algorithm;       ///< of assay: a name in the table, or pull; of mpi: default
  std::string transport;       ///< of assay: auto, shared_memory, mpi
  bool registered = false;     ///< in buffers that peers load and store directly; algorithm: direct
};

/// A variant set up for one task, to be measured at any size up to the largest.
/// All members are collective over the job.
class CollectiveBenchmark {
 public:
  /// Allocates the buffers for the largest size (see `collective_memory`) and opens the links.
  /// Precondition: for pull, collectives::why_no_cma() says nothing.
  /// Throws  UnavailableError where the transport has no registered buffers.
  CollectiveBenchmark(const Job& job, const CollectiveVariant& variant, const CollectiveTask& task,
                      Bytes largest);
  ~CollectiveBenchmark();
  CollectiveBenchmark(const CollectiveBenchmark&) = delete;
  CollectiveBenchmark& operator=(const CollectiveBenchmark&) = delete;

  /// `size` as nccl-tests counts it: of the whole, all blocks together. What does not divide into
  /// blocks is rounded down to what does; the record has the size that was measured.
  [[nodiscard]] results::Record measure(Bytes size, bool in_place, const SamplerOptions& options);
  /// All that the ranks saw in the last measurement.
  [[nodiscard]] const Samples& samples() const { return samples_; }
  /// False where this variant cannot work with input and output in one memory.
  [[nodiscard]] bool works_in_place() const;

 private:
  class Timed;
  void set_up_staged();
  void set_up_registered(std::size_t largest_count);
  [[nodiscard]] std::unique_ptr<collectives::Collective> make_staged(std::string_view algorithm);

  const Job& job_;
  CollectiveVariant variant_;
  CollectiveTask task_;
  collectives::BlockWeights weights_;
  std::vector<int> members_;
  std::unique_ptr<collectives::Transport> transport_;
  std::unique_ptr<collectives::RegisteredMemory> memory_;
  std::unique_ptr<collectives::Collective> collective_;
  std::unique_ptr<Timed> timed_;
  Samples samples_;
};

/// Elements that `Collective::run` is told for messages of `size`: of a block (the mean one, where
/// they have weights), or of all.
[[nodiscard]] std::size_t element_count(const CollectiveTask& task, Bytes size, int ranks);

/// Elements of the longest buffer of any rank, when `Collective::run` is told `count`.
[[nodiscard]] std::size_t whole_elements(const CollectiveTask& task, std::size_t count, int ranks);

/// Memory that one rank needs for messages of `largest` bytes: input, output, and the pattern's
/// two.
[[nodiscard]] Bytes collective_memory(Bytes largest);

}  // namespace assay::benchmarks
