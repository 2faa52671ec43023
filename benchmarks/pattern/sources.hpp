#pragma once

#include <vector>

#include "benchmarks/pattern.hpp"

namespace assay::benchmarks {

/// Where the numbers of a block come from.
struct BlockSource {
  static constexpr int all_ranks = -1;

  int rank = 0;   ///< whose stream; all_ranks: their reduced one
  int block = 0;  ///< which window of it
  friend bool operator==(const BlockSource&, const BlockSource&) = default;
};

/// The blocks of a rank's input, and of its output when the operation is done; none where it has no
/// such buffer.
[[nodiscard]] std::vector<BlockSource> input_sources(const PatternShape& shape);
[[nodiscard]] std::vector<BlockSource> output_sources(const PatternShape& shape);

}  // namespace assay::benchmarks
