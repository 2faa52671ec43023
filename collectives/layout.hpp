#pragma once

#include <cstddef>
#include <cstdint>

#include "collectives/plan.hpp"

namespace assay::collectives {

/// A run of elements of the user's buffer.
struct ElementRange {
  std::size_t begin = 0;
  std::size_t count = 0;

  friend bool operator==(const ElementRange&, const ElementRange&) = default;
};

/// Cuts a buffer of `count` elements into segments, chunks (the iterations of the chunk loop) and
/// blocks. Every element belongs to exactly one (segment, chunk, block); blocks may be empty, and
/// an empty block's message is still sent, so that all ranks take the same steps.
/// Shape   Every segment has the same number of chunks. A block holds at most `block_elements`.
///         Inner bounds are multiples of `alignment_elements` where the count allows.
class Layout {
 public:
  /// Precondition: block_elements >= 1, and a multiple of alignment_elements.
  Layout(std::size_t count, PlanShape shape, std::size_t block_elements,
         std::size_t alignment_elements);

  [[nodiscard]] std::size_t chunks() const noexcept { return chunks_; }
  [[nodiscard]] ElementRange block(std::uint32_t segment, std::size_t chunk,
                                   std::uint32_t block) const noexcept;

 private:
  std::size_t count_;
  PlanShape shape_;
  std::size_t alignment_;
  std::size_t segment_elements_;  ///< of every segment but perhaps the last ones
  std::size_t chunks_;
  std::size_t block_elements_;    ///< at most, in every chunk
};

}  // namespace assay::collectives
