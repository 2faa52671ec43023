#pragma once

#include <cstdint>
#include <optional>

#include "benchmarks/buffer.hpp"
#include "benchmarks/pattern.hpp"
#include "benchmarks/sampler.hpp"
#include "collectives/collective.hpp"

namespace assay::benchmarks {

/// This rank's buffers for one end of transfers of one size, whoever the partner is.
class TransferEnd final : public TimedOperation {
 public:
  TransferEnd(Bytes size, bool is_sender)
      : count_{size.value / sizeof(float)},
        pattern_{{.operation = collectives::Operation::transfer,
                  .rank = is_sender ? 0 : 1,
                  .ranks = 2,
                  .root = 0},
                 count_},
        buffer_{size.value} {}

  /// The transfer that runs from now on; it must outlive that.
  void choose(collectives::Collective& collective) { collective_ = &collective; }

  void prepare(std::uint64_t sample) override { pattern_.fill(buffer_.data(), count_, sample); }
  collectives::ExecutionStatus run(Deadline deadline) noexcept override {
    return collective_->run(buffer_.data(), buffer_.data(), count_, deadline);
  }
  std::optional<Mismatch> check(std::uint64_t sample) override {
    return pattern_.check(buffer_.data(), count_, sample);
  }

 private:
  std::size_t count_;
  Pattern pattern_;
  Buffer buffer_;
  collectives::Collective* collective_ = nullptr;
};

/// A message there and back.
class RoundTrip final : public TimedOperation {
 public:
  RoundTrip(TransferEnd& first, TransferEnd& second) : first_{first}, second_{second} {}

  void prepare(std::uint64_t sample) override {
    first_.prepare(sample);
    second_.prepare(sample);
  }
  collectives::ExecutionStatus run(Deadline deadline) noexcept override {
    if (auto status = first_.run(deadline)) return status;
    return second_.run(deadline);
  }
  std::optional<Mismatch> check(std::uint64_t sample) override {
    if (auto mismatch = first_.check(sample)) return mismatch;
    return second_.check(sample);
  }

 private:
  TransferEnd& first_;
  TransferEnd& second_;
};

}  // namespace assay::benchmarks
