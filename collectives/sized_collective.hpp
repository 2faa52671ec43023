#pragma once

#include <memory>
#include <utility>

#include "collectives/collective.hpp"

namespace assay::collectives {

/// One way for short messages and another for long ones: what is quick to start is seldom what
/// moves most bytes.
class SizedCollective final : public Collective {
 public:
  /// `short_ones` runs up to `short_at_most` elements (as Collective::run counts them).
  SizedCollective(std::unique_ptr<Collective> short_ones, std::unique_ptr<Collective> long_ones,
                  std::size_t short_at_most)
      : short_ones_{std::move(short_ones)},
        long_ones_{std::move(long_ones)},
        short_at_most_{short_at_most} {}

  ExecutionStatus run(const void* input, void* output, std::size_t count,
                      Deadline deadline) noexcept override {
    Collective& chosen = count <= short_at_most_ ? *short_ones_ : *long_ones_;
    return chosen.run(input, output, count, deadline);
  }

 private:
  std::unique_ptr<Collective> short_ones_;
  std::unique_ptr<Collective> long_ones_;
  std::size_t short_at_most_;
};

}  // namespace assay::collectives
