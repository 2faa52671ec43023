#include "benchmarks/pattern/sources.hpp"

#include <numeric>

namespace assay::benchmarks {

using collectives::BlockSource;
using collectives::Operation;
using collectives::Part;

namespace {

/// The numbers of the blocks that a rank's buffer holds.
std::vector<int> blocks_of(const PatternShape& shape, Part part) {
  const bool is_root = shape.rank == shape.root;
  std::vector<int> blocks(
      static_cast<std::size_t>(blocks_held(info(shape.operation), part, is_root, shape.ranks)));
  std::iota(blocks.begin(), blocks.end(), part == Part::own ? shape.rank : 0);
  return blocks;
}

}  // namespace

std::vector<BlockSource> input_sources(const PatternShape& shape) {
  std::vector<BlockSource> sources;
  if (shape.operation == Operation::transfer && shape.rank != shape.root) return sources;
  for (const int block : blocks_of(shape, info(shape.operation).input))
    sources.push_back({shape.rank, block});
  return sources;
}

std::vector<BlockSource> output_sources(const PatternShape& shape) {
  std::vector<BlockSource> sources;
  if (shape.operation == Operation::transfer && shape.rank == shape.root) return sources;
  for (const int block : blocks_of(shape, info(shape.operation).output))
    sources.push_back(source_of(shape.operation, shape.rank, block, shape.ranks, shape.root));
  return sources;
}

}  // namespace assay::benchmarks
