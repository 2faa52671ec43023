#pragma once

#include <cstddef>
#include <vector>

#include "benchmarks/buffer.hpp"
#include "benchmarks/matmul/blocked.hpp"

namespace assay::benchmarks::matmul {

/// The blocked kernel on several processors: c is cut into a grid of parts as square as may be, and
/// each thread makes one of them by itself. Bits are those of one thread.
class ThreadedMultiply {
 public:
  /// Scratch for each thread is made here, before anything is timed.
  ThreadedMultiply(BlockedKernel kernel, int threads);
  /// `scratch` of `product` is not looked at.
  /// Cost   with several threads the making of all but one of them: some 20 us each.
  void operator()(const Product& product) const;

 private:
  BlockedKernel kernel_;
  std::vector<Buffer> scratch_;  ///< by thread
};

/// How many parts along rows; `threads` is divided by it.
[[nodiscard]] std::size_t parts_along_rows(std::size_t threads);

}  // namespace assay::benchmarks::matmul
