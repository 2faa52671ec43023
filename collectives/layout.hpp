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

/// The elements that a plan works on.
struct Extent {
  std::size_t count = 0;
  bool each_block = false;  ///< every block has `count` elements; otherwise all together have
};

/// Cuts a buffer into blocks, these into segments, and these into chunks (the iterations of the
/// chunk loop). Every element belongs to exactly one (segment, chunk, block); such pieces may be
/// empty, and an empty one's message is still sent, so that all ranks take the same steps.
/// Shape   All blocks, segments and chunks are equal but for one unit of the alignment each. Every
///         segment has the same number of chunks, as few as leave no piece longer than
///         `piece_elements`.
///         Inner bounds are multiples of `alignment_elements` from the block's beginning (and where
///         the blocks share one count, from the buffer's), unless the buffer is so small that some
///         piece would then be empty.
class Layout {
 public:
  /// Precondition: piece_elements >= 1, and a multiple of alignment_elements >= 1.
  Layout(Extent extent, PlanShape shape, std::size_t piece_elements,
         std::size_t alignment_elements) noexcept;

  /// None for an empty buffer.
  [[nodiscard]] std::size_t chunks() const noexcept { return chunks_; }
  /// Where a block begins; of the number of blocks: where the buffer ends.
  [[nodiscard]] std::size_t block_begin(std::uint32_t block) const noexcept;
  /// A segment's part of a block.
  [[nodiscard]] ElementRange part(std::uint32_t segment, std::uint32_t block) const noexcept;
  /// Precondition: within the shape, and chunk < chunks(). A few multiplications.
  [[nodiscard]] ElementRange piece(std::uint32_t segment, std::size_t chunk,
                                   std::uint32_t block) const noexcept;

 private:
  /// `units` shared as evenly as can be: the first `longer` shares hold one more than `base`.
  struct Shares {
    std::size_t base = 0;
    std::size_t longer = 0;

    [[nodiscard]] static Shares of(std::size_t units, std::size_t count) noexcept;
    [[nodiscard]] std::size_t begin(std::size_t index) const noexcept;
    [[nodiscard]] std::size_t size(std::size_t index) const noexcept;
    [[nodiscard]] bool is_longer(std::size_t index) const noexcept { return index < longer; }
  };
  /// Which of the two sizes a block has: blocks that have a count of their own are equal.
  [[nodiscard]] std::size_t kind(std::uint32_t block) const noexcept;
  [[nodiscard]] ElementRange clipped(std::uint32_t block, std::size_t begin_units,
                                     std::size_t units) const noexcept;

  Extent extent_;
  std::size_t alignment_ = 1;
  // All in units of the alignment.
  Shares blocks_;
  std::array<Shares, 2> segments_;               ///< of the shorter and of the longer blocks
  std::array<std::array<Shares, 2>, 2> pieces_;  ///< of the shorter and of the longer segments
  std::size_t chunks_ = 0;
};

}  // namespace assay::collectives
