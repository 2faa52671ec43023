#pragma once

#include "benchmarks/gpu_matmul/product.hpp"
#include "collectives/device/qualifier.hpp"

namespace assay::benchmarks::gpu_matmul {

/// An operand whose lines lie across the depth, and where to write it with lines along it: those
/// that tensor cores take. Element (line, k) is number k * from_step + line of `from` and number
/// line * to_step + k of `to`. Lines are rows of a or columns of b.
struct Transposition {
  const void* from = nullptr;
  std::int64_t from_step = 0;
  void* to = nullptr;
  std::int64_t to_step = 0;
  std::int32_t lines = 0;
  std::int32_t depth = 0;
};

/// Idea   A block's threads bring a square into shared memory along the lines that it has and write
///        it along the lines that it gets, so that memory is read and written in whole sectors.
/// Any    shape; Element is an unsigned integer as wide as an element. Padding is not written.
/// Cost   Each element is read once and written once.
template <class Element>
struct Transpose {
  static constexpr int tile = 64;  ///< of the narrowest elements two sectors of 32 bytes
  static constexpr int threads = 256;
  static constexpr int lines_at_once = threads / tile;

  /// Four bytes more a line than the tile has: a column's elements are in different banks.
  struct Shared {
    Element element[tile][tile + 4 / sizeof(Element)];
  };

  /// Before a barrier: brings the square from (line, k) on.
  static ASSAY_DEVICE void load(const Transposition& of, std::int32_t line, std::int32_t k,
                                int thread, Shared& shared) {
    const int across = thread % tile;
    ASSAY_UNROLL
    for (int down = thread / tile; down < tile; down += lines_at_once)
      if (line + across < of.lines && k + down < of.depth)
        shared.element[down][across] =
            static_cast<const Element*>(of.from)[(k + down) * of.from_step + line + across];
  }

  /// After it: writes the square.
  static ASSAY_DEVICE void store(const Transposition& of, std::int32_t line, std::int32_t k,
                                 int thread, const Shared& shared) {
    const int across = thread % tile;
    ASSAY_UNROLL
    for (int down = thread / tile; down < tile; down += lines_at_once)
      if (line + down < of.lines && k + across < of.depth)
        static_cast<Element*>(of.to)[(line + down) * of.to_step + k + across] =
            shared.element[across][down];
  }
};

}  // namespace assay::benchmarks::gpu_matmul
