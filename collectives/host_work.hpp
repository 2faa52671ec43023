#pragma once

#include <cstddef>
#include <memory>

#include "collectives/combination.hpp"
#include "collectives/reduction.hpp"

namespace assay::collectives {

/// Does the work of a plan's steps by the processor that asks for it.
class HostWork {
 public:
  /// `largest_bytes`: of a piece.
  HostWork(const StepArithmetic& arithmetic, std::size_t largest_bytes);

  void operator()(const Combination& work) const noexcept;

 private:
  [[nodiscard]] const std::byte* multiplied(const std::byte* source, int factor,
                                            std::size_t count) const noexcept;

  const Reduction& reduction_;
  /// A piece of the rank's input, where it is multiplied. Of a plan that sums, each step has one at
  /// most: every input is read once (the verifier counts them).
  std::unique_ptr<std::byte[]> multiplied_;
};

}  // namespace assay::collectives
