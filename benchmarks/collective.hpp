#pragma once

#include <array>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "benchmarks/job.hpp"
#include "benchmarks/sampler.hpp"
#include "collectives/collective.hpp"
#include "collectives/data_type.hpp"
#include "collectives/operation.hpp"
#include "collectives/reduction.hpp"
#include "collectives/tuner.hpp"
#include "results/record.hpp"

namespace assay::benchmarks {

/// What is asked of a collective, whoever does it.
struct CollectiveTask {
  collectives::Operation operation = collectives::Operation::all_reduce;
  collectives::Elements elements;
  int root = 0;  ///< a rank of the group
};

/// How long a benchmark's blocks are, where the operation has weights: `distance_weights`.
[[nodiscard]] collectives::BlockWeights block_weights(collectives::Operation operation, int ranks);

/// Algorithms of ours that follow no plan of messages: the kernel copies between private buffers
/// (collectives/direct/cma.hpp), and peers reach into registered ones (direct/registered.hpp).
inline constexpr std::string_view cma_algorithm = "pull";
inline constexpr std::string_view load_store_algorithm = "load_store";
inline constexpr std::string_view load_stream_algorithm = "load_stream";  ///< past the caches
/// All that work here, and for each size the one that is expected to be the quickest.
inline constexpr std::string_view auto_algorithm = "auto";

/// One way to do it, or several to choose from.
struct CollectiveVariant {
  std::string implementation;  ///< assay, mpi
  /// Of assay: a name in the table or one of the above; of mpi: default, or the library's name.
  std::string algorithm;
  std::string transport;    ///< of assay: auto, shared_memory, mpi
  bool registered = false;  ///< in buffers that peers may load and store directly
};

/// Ranks of a job that run a collective among themselves, while the others do in groups of theirs.
struct Group {
  collectives::MpiBootstrap& bootstrap;  ///< of the group
  std::vector<int> members;              ///< as ranks of the job
  std::optional<int> number;             ///< what it goes by; absent: it is the whole job

  [[nodiscard]] int rank() const { return bootstrap.rank(); }
  [[nodiscard]] int size() const { return bootstrap.size(); }
};

/// What plans for a group are told.
[[nodiscard]] collectives::PlanOptions plan_options(const Job& job, const Group& group,
                                                    const CollectiveTask& task);

/// Collective over the group: what keeps its ranks from reading each other's private buffers where
/// they meet by a transport, if anything does; the same on all of them.
[[nodiscard]] std::optional<std::string> why_no_pull(const Job& job, const Group& group,
                                                     std::string_view transport);

class TimedCollective;

/// A variant set up for one task, to be measured at any size up to the largest.
/// All members are collective over the group. What all groups are to do at the same time, they must
/// begin together.
class CollectiveBenchmark {
 public:
  struct WayTraits {
    std::string algorithm;
    std::string transport;  ///< as records name it; empty: the library's own business
    bool in_place = true;   ///< whether it works with both buffers in one memory
    std::optional<collectives::WorkCount> work;  ///< none of a library, whose ways we do not know
  };
  struct Way {
    WayTraits traits;
    std::unique_ptr<collectives::Collective> collective;
  };

  /// Of all ranks of the job.
  CollectiveBenchmark(const Job& job, const CollectiveVariant& variant, const CollectiveTask& task,
                      Bytes largest);
  /// Allocates the buffers for the largest size (see `collective_memory`) and opens the links.
  /// Precondition: for pull, why_no_pull() says nothing.
  /// Throws  UnavailableError where the transport has no registered buffers.
  CollectiveBenchmark(const Job& job, Group group, const CollectiveVariant& variant,
                      const CollectiveTask& task, Bytes largest);
  ~CollectiveBenchmark();
  CollectiveBenchmark(const CollectiveBenchmark&) = delete;
  CollectiveBenchmark& operator=(const CollectiveBenchmark&) = delete;

  /// What the variant chooses from; one, but for `auto`.
  [[nodiscard]] const std::vector<Way>& ways() const { return ways_; }
  /// From now on `measure` goes by this, the same on all ranks; until then it takes the first way.
  void choose_by(std::vector<collectives::Choice> out_of_place,
                 std::vector<collectives::Choice> in_place);

  /// `size` as nccl-tests counts it: of the whole, all blocks together. What does not divide into
  /// blocks is rounded down to what does; the record has the size that was measured.
  [[nodiscard]] results::Record measure(Bytes size, bool in_place, const SamplerOptions& options);
  /// The same of one of the ways.
  [[nodiscard]] results::Record measure_way(std::size_t way, Bytes size, bool in_place,
                                            const SamplerOptions& options);
  [[nodiscard]] const Group& group() const { return group_; }
  /// All that the ranks saw in the last measurement.
  [[nodiscard]] const Samples& samples() const { return samples_; }
  /// False where no way works with input and output in one memory.
  [[nodiscard]] bool works_in_place() const;
  [[nodiscard]] const CollectiveTask& task() const { return task_; }
  [[nodiscard]] bool registered() const { return variant_.registered; }
  /// The size that is measured where `size` is asked for.
  [[nodiscard]] Bytes measured_size(Bytes size) const;

 private:
  void add_ways();
  void add_staged(const collectives::Algorithm& algorithm);
  void add_pull();
  void add(WayTraits traits, std::unique_ptr<collectives::Collective> collective);
  void add_registered(std::string_view name, collectives::Stores stores);
  [[nodiscard]] collectives::ExecutorOptions executor_options() const;
  [[nodiscard]] collectives::PlanOptions plan_options() const;
  [[nodiscard]] int ranks() const { return group_.size(); }

  const Job& job_;
  Group group_;
  CollectiveVariant variant_;
  CollectiveTask task_;
  collectives::BlockWeights weights_;
  std::unique_ptr<collectives::Transport> transport_;
  std::unique_ptr<collectives::RegisteredMemory> memory_;
  std::vector<Way> ways_;
  std::array<std::vector<collectives::Choice>, 2> choices_;  ///< out of place, in place
  std::unique_ptr<TimedCollective> timed_;
  Samples samples_;
};

/// Elements that `Collective::run` is told for messages of `size`: of a block (the mean one, where
/// they have weights), or of all.
[[nodiscard]] std::size_t element_count(const CollectiveTask& task, Bytes size, int ranks);

/// Elements of the longest buffer of any rank, when `Collective::run` is told `count`.
[[nodiscard]] std::size_t whole_elements(const CollectiveTask& task,
                                         const collectives::BlockWeights& weights,
                                         std::size_t count, int ranks);

/// Memory that one rank needs for messages of `largest` bytes: input, output, and the pattern's
/// two.
[[nodiscard]] Bytes collective_memory(Bytes largest);

}  // namespace assay::benchmarks
