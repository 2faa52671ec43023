#pragma once

#include <array>
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
/// Shape   Every segment has the same number of chunks. A block holds at most `block_elements`. All
///         chunks but the last are full, but for what the buffer's end cuts off; the last one is
///         shared evenly among the blocks.
///         Inner bounds are multiples of `alignment_elements`, unless the buffer is so small that
///         some block would then be empty.
class Layout {
 public:
  /// Precondition: block_elements >= 1, and a multiple of alignment_elements >= 1.
  Layout(std::size_t count, PlanShape shape, std::size_t block_elements,
         std::size_t alignment_elements) noexcept;

  /// None for an empty buffer.
  [[nodiscard]] std::size_t chunks() const noexcept { return chunks_; }
  /// Precondition: within the shape, and chunk < chunks(). A few multiplications.
  [[nodiscard]] ElementRange block(std::uint32_t segment, std::size_t chunk,
                                   std::uint32_t block) const noexcept;

 private:
  /// `units` shared as evenly as can be: the first `longer` shares hold one more than `base`.
  struct Shares {
    std::size_t base = 0;
    std::size_t longer = 0;

    [[nodiscard]] static Shares of(std::size_t units, std::size_t count) noexcept;
    [[nodiscard]] std::size_t begin(std::size_t index) const noexcept;
    [[nodiscard]] std::size_t size(std::size_t index) const noexcept;
  };

  // All but count_ in units of the alignment.
  std::size_t count_;
  std::size_t alignment_;
  std::size_t block_units_;
  std::size_t chunk_units_;
  Shares segments_;
  std::size_t chunks_;
  std::array<Shares, 2> last_chunk_;  ///< of the shorter and of the longer segments
};

}  // namespace assay::collectives
