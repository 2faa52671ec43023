#include "benchmarks/pattern/sources.hpp"

namespace assay::benchmarks {

using collectives::Operation;

namespace {

BlockSource output_source(const PatternShape& shape, int block) {
  switch (shape.operation) {
    case Operation::all_reduce:
    case Operation::reduce:
      return {BlockSource::all_ranks, 0};
    case Operation::reduce_scatter:
      return {BlockSource::all_ranks, shape.rank};
    case Operation::all_gather:
    case Operation::gather:
      return {block, 0};
    case Operation::broadcast:
    case Operation::transfer:
      return {shape.root, 0};
    case Operation::scatter:
      return {shape.root, shape.rank};
    case Operation::all_to_all:
      return {block, shape.rank};
    case Operation::send_recv:
      return {(shape.rank + shape.ranks - 1) % shape.ranks, 0};
  }
  return {};
}

int blocks_of(const PatternShape& shape, collectives::Part part) {
  return blocks_held(info(shape.operation), part, shape.rank == shape.root, shape.ranks);
}

}  // namespace

std::vector<BlockSource> input_sources(const PatternShape& shape) {
  std::vector<BlockSource> sources;
  if (shape.operation == Operation::transfer && shape.rank != shape.root) return sources;
  const int blocks = blocks_of(shape, info(shape.operation).input);
  for (int block = 0; block < blocks; ++block) sources.push_back({shape.rank, block});
  return sources;
}

std::vector<BlockSource> output_sources(const PatternShape& shape) {
  std::vector<BlockSource> sources;
  if (shape.operation == Operation::transfer && shape.rank == shape.root) return sources;
  const int blocks = blocks_of(shape, info(shape.operation).output);
  for (int block = 0; block < blocks; ++block) sources.push_back(output_source(shape, block));
  return sources;
}

}  // namespace assay::benchmarks
