#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

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
  /// Where blocks of lengths of their own begin, and where the last one ends; `count` is then
  /// ignored. Empty: they have none.
  std::span<const std::size_t> begins = {};
};

/// Cuts a buffer into blocks, these into segments, and these into chunks (the iterations of the
/// chunk loop). Every element belongs to exactly one (segment, chunk, block); such pieces may be
/// empty.
/// Shape   All blocks, segments and chunks are equal but for one unit of the alignment each. Every
///         segment has the same number of chunks, as few as leave no piece longer than
///         `piece_elements`.
///         Inner bounds are multiples of `alignment_elements` from the block's beginning (and where
///         the blocks share one count, from the buffer's), unless the buffer is so small that some
///         piece would then be empty.
///         A block of a length of its own is cut by this length alone, alike in every buffer that
///         has it, and its parts are done after as few chunks as they need: later ones are empty.
class Layout {
 public:
  /// Precondition: piece_elements >= 1, and a multiple of alignment_elements >= 1.
  Layout(Extent extent, PlanShape shape, std::size_t piece_elements,
         std::size_t alignment_elements) noexcept;

  /// None for an empty buffer; of the longest part.
  [[nodiscard]] std::size_t chunks() const noexcept { return chunks_; }
  /// Where a block begins; of the number of blocks: where the buffer ends.
  [[nodiscard]] std::size_t block_begin(std::uint32_t block) const noexcept;
  /// A segment's part of a block.
  [[nodiscard]] ElementRange part(std::uint32_t segment, std::uint32_t block) const noexcept;
  /// Precondition: within the shape, and chunk < chunks() unless blocks have lengths of their own.
  /// A few multiplications; for those, divisions, too.
  [[nodiscard]] ElementRange piece(std::uint32_t segment, std::size_t chunk,
                                   std::uint32_t block) const noexcept;
  /// How many chunks of a part hold any element: the first ones.
  [[nodiscard]] std::size_t pieces(std::uint32_t segment, std::uint32_t block) const noexcept;

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
  /// A segment's part of a block of its own length, in units of its own alignment.
  struct OwnPart {
    std::size_t alignment = 1;
    std::size_t begin = 0;
    std::size_t size = 0;
    std::size_t chunks = 0;
  };
  [[nodiscard]] OwnPart own_part(std::uint32_t segment, std::size_t elements) const noexcept;
  [[nodiscard]] bool has_own_lengths() const noexcept { return !extent_.begins.empty(); }
  [[nodiscard]] std::size_t block_elements(std::uint32_t block) const noexcept {
    return block_begin(block + 1) - block_begin(block);
  }
  /// Which of the two sizes a block has: blocks that have the same count are equal.
  [[nodiscard]] std::size_t kind(std::uint32_t block) const noexcept;
  [[nodiscard]] ElementRange clipped(std::uint32_t block, std::size_t begin_units,
                                     std::size_t units, std::size_t alignment) const noexcept;

  Extent extent_;
  std::uint32_t segment_count_;
  std::size_t longest_piece_;  ///< these two: in elements, as asked for
  std::size_t wanted_alignment_;
  std::size_t alignment_ = 1;
  // Of blocks without lengths of their own, all in units of the alignment.
  Shares blocks_;
  std::array<Shares, 2> segments_;               ///< of the shorter and of the longer blocks
  std::array<std::array<Shares, 2>, 2> pieces_;  ///< of the shorter and of the longer segments
  std::size_t chunks_ = 0;
};

}  // namespace assay::collectives
