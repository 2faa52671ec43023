#pragma once

#include <vector>

#include "benchmarks/pattern.hpp"

namespace assay::benchmarks {

/// Where the numbers of the blocks of a rank's input come from, and those of its output when the
/// operation is done: whose stream (or the reduced one), and which window of it. None where it has
/// no such buffer.
[[nodiscard]] std::vector<collectives::BlockSource> input_sources(const PatternShape& shape);
[[nodiscard]] std::vector<collectives::BlockSource> output_sources(const PatternShape& shape);

}  // namespace assay::benchmarks
