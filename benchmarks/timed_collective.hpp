#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

#include "benchmarks/buffer.hpp"
#include "benchmarks/collective.hpp"
#include "benchmarks/pattern.hpp"
#include "benchmarks/sampler.hpp"
#include "collectives/collective.hpp"
#include "collectives/registered_memory.hpp"

namespace assay::benchmarks {

/// One rank's buffers of a task, dirtied before every run of a collective and checked after it.
class TimedCollective final : public TimedOperation {
 public:
  /// Buffers of its own, or in `memory` (of `registered_bytes`) if that is not null.
  TimedCollective(const CollectiveTask& task, const collectives::BlockWeights& weights,
                  std::size_t largest_count, const Group& group,
                  const collectives::RegisteredMemory* memory);

  /// Input and output at the same places on all ranks, whatever part of them a rank has.
  [[nodiscard]] static std::size_t registered_bytes(const CollectiveTask& task,
                                                    const collectives::BlockWeights& weights,
                                                    std::size_t largest_count, int ranks);

  /// What is run from now on. `collective` must outlive that.
  /// Throws  UsageError if it cannot work on these buffers.
  void choose(collectives::Collective& collective, std::size_t count, bool in_place);

  void prepare(std::uint64_t sample) override { pattern_.fill(places_.input, count_, sample); }
  [[nodiscard]] collectives::ExecutionStatus run(Deadline deadline) noexcept override {
    return collective_->run(places_.input, places_.output, count_, deadline);
  }
  [[nodiscard]] std::optional<Mismatch> check(std::uint64_t sample) override {
    return pattern_.check(places_.output, count_, sample);
  }

 private:
  /// Where a rank's input and output are for one size: two buffers, or one in the other.
  struct Places {
    std::byte* input = nullptr;
    std::byte* output = nullptr;
  };
  [[nodiscard]] Places one_in_the_other() const;

  const collectives::OperationInfo& operation_;
  bool is_root_;
  int rank_;
  int ranks_;
  std::size_t element_bytes_;
  Pattern pattern_;
  std::optional<Buffer> input_;
  std::optional<Buffer> output_;
  Places buffers_;
  collectives::Collective* collective_ = nullptr;
  std::size_t count_ = 0;
  Places places_;
};

}  // namespace assay::benchmarks
