#include "benchmarks/matmul/threads.hpp"

#include <thread>

namespace assay::benchmarks::matmul {

namespace {

/// The `index`-th of `parts` about equal parts of 0 .. `whole`.
struct Range {
  std::size_t first;
  std::size_t count;
  Range(std::size_t whole, std::size_t parts, std::size_t index)
      : first{whole * index / parts}, count{whole * (index + 1) / parts - first} {}
};

Product part_of(const Product& whole, const Range& rows, const Range& columns) {
  Product part = whole;
  part.rows = rows.count;
  part.columns = columns.count;
  part.a.data += rows.first * whole.a.row_step;
  part.b.data += columns.first * whole.b.column_step;
  part.c += rows.first * whole.c_row_step + columns.first;
  return part;
}

}  // namespace

std::size_t parts_along_rows(std::size_t threads) {
  std::size_t best = 1;
  for (std::size_t parts = 1; parts * parts <= threads; ++parts)
    if (threads % parts == 0) best = parts;
  return best;
}

ThreadedMultiply::ThreadedMultiply(BlockedKernel kernel, int threads) : kernel_{kernel} {
  for (int thread = 0; thread < threads; ++thread)
    scratch_.emplace_back(scratch_floats * sizeof(float));
}

void ThreadedMultiply::operator()(const Product& product) const {
  const std::size_t down = parts_along_rows(scratch_.size());
  const std::size_t across = scratch_.size() / down;
  const auto multiply_part = [&](std::size_t thread) {
    Product part = part_of(product, Range{product.rows, down, thread / across},
                           Range{product.columns, across, thread % across});
    part.scratch = scratch_[thread].as<float>();
    kernel_.multiply(part);
  };
  std::vector<std::jthread> others;
  for (std::size_t thread = 1; thread < scratch_.size(); ++thread)
    others.emplace_back(multiply_part, thread);
  multiply_part(0);
}

}  // namespace assay::benchmarks::matmul
