#pragma once

#include <algorithm>
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
  constexpr Layout(Extent extent, PlanShape shape, std::size_t piece_elements,
                   std::size_t alignment_elements) noexcept;

  /// None for an empty buffer; of the longest part.
  [[nodiscard]] constexpr std::size_t chunks() const noexcept { return chunks_; }
  /// Where a block begins; of the number of blocks: where the buffer ends.
  [[nodiscard]] constexpr std::size_t block_begin(std::uint32_t block) const noexcept;
  /// A segment's part of a block.
  [[nodiscard]] constexpr ElementRange part(std::uint32_t segment,
                                            std::uint32_t block) const noexcept;
  /// Precondition: within the shape, and chunk < chunks() unless blocks have lengths of their own.
  /// A few multiplications; for those, divisions, too.
  [[nodiscard]] constexpr ElementRange piece(std::uint32_t segment, std::size_t chunk,
                                             std::uint32_t block) const noexcept;
  /// How many chunks of a part hold any element: the first ones.
  [[nodiscard]] constexpr std::size_t pieces(std::uint32_t segment,
                                             std::uint32_t block) const noexcept;
  /// The same, with the blocks' beginnings read from elsewhere: from a copy of those that it was
  /// made with, say in a device's memory. Unchanged, where blocks have no lengths of their own.
  [[nodiscard]] constexpr Layout reading(const std::size_t* begins) const noexcept {
    Layout other = *this;
    if (has_own_lengths()) other.extent_.begins = {begins, extent_.begins.size()};
    return other;
  }

 private:
  [[nodiscard]] static constexpr std::size_t divide_up(std::size_t dividend,
                                                       std::size_t divisor) noexcept {
    return dividend / divisor + (dividend % divisor != 0 ? 1 : 0);
  }
  /// `units` shared as evenly as can be: the first `longer` shares hold one more than `base`.
  struct Shares {
    std::size_t base = 0;
    std::size_t longer = 0;

    [[nodiscard]] static constexpr Shares of(std::size_t units, std::size_t count) noexcept;
    [[nodiscard]] constexpr std::size_t begin(std::size_t index) const noexcept;
    [[nodiscard]] constexpr std::size_t size(std::size_t index) const noexcept;
    [[nodiscard]] constexpr bool is_longer(std::size_t index) const noexcept {
      return index < longer;
    }
  };
  /// A segment's part of a block of its own length, in units of its own alignment.
  struct OwnPart {
    std::size_t alignment = 1;
    std::size_t begin = 0;
    std::size_t size = 0;
    std::size_t chunks = 0;
  };
  [[nodiscard]] constexpr OwnPart own_part(std::uint32_t segment,
                                           std::size_t elements) const noexcept;
  [[nodiscard]] constexpr bool has_own_lengths() const noexcept { return !extent_.begins.empty(); }
  [[nodiscard]] constexpr std::size_t block_elements(std::uint32_t block) const noexcept {
    return block_begin(block + 1) - block_begin(block);
  }
  /// Which of the two sizes a block has: blocks that have the same count are equal.
  [[nodiscard]] constexpr std::size_t kind(std::uint32_t block) const noexcept;
  [[nodiscard]] constexpr ElementRange clipped(std::uint32_t block, std::size_t begin_units,
                                               std::size_t units,
                                               std::size_t alignment) const noexcept;

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

constexpr Layout::Shares Layout::Shares::of(std::size_t units, std::size_t count) noexcept {
  return {units / count, units % count};
}

constexpr std::size_t Layout::Shares::begin(std::size_t index) const noexcept {
  return index * base + std::min(index, longer);
}

constexpr std::size_t Layout::Shares::size(std::size_t index) const noexcept {
  return base + (index < longer ? 1 : 0);
}

constexpr Layout::Layout(Extent extent, PlanShape shape, std::size_t piece_elements,
                         std::size_t alignment_elements) noexcept
    : extent_{extent},
      segment_count_{shape.segments},
      longest_piece_{piece_elements},
      wanted_alignment_{alignment_elements} {
  if (has_own_lengths()) {
    std::size_t longest = 0;
    for (std::uint32_t block = 0; block < shape.blocks; ++block)
      longest = std::max(longest, block_elements(block));
    chunks_ = own_part(0, longest).chunks;
    return;
  }
  // Spreading a small buffer over all pieces shortens every message of it; that is worth more than
  // aligned accesses.
  const std::size_t all = std::size_t{shape.segments} * (extent.each_block ? 1 : shape.blocks);
  if (divide_up(extent.count, alignment_elements) >= all) alignment_ = alignment_elements;
  const std::size_t units = divide_up(extent.count, alignment_);
  blocks_ = extent.each_block ? Shares{units, 0} : Shares::of(units, shape.blocks);
  const std::size_t longest_part =
      divide_up(blocks_.base + (blocks_.longer > 0 ? 1 : 0), shape.segments);
  chunks_ = divide_up(longest_part, piece_elements / alignment_);
  if (chunks_ == 0) return;
  for (std::size_t longer_block = 0; longer_block < segments_.size(); ++longer_block) {
    Shares& segments = segments_[longer_block];
    segments = Shares::of(blocks_.base + longer_block, shape.segments);
    for (std::size_t longer = 0; longer < pieces_[longer_block].size(); ++longer)
      pieces_[longer_block][longer] = Shares::of(segments.base + longer, chunks_);
  }
}

constexpr std::size_t Layout::kind(std::uint32_t block) const noexcept {
  return blocks_.is_longer(block) ? 1 : 0;
}

constexpr Layout::OwnPart Layout::own_part(std::uint32_t segment,
                                           std::size_t elements) const noexcept {
  OwnPart part;
  if (divide_up(elements, wanted_alignment_) >= segment_count_) part.alignment = wanted_alignment_;
  const Shares segments = Shares::of(divide_up(elements, part.alignment), segment_count_);
  part.begin = segments.begin(segment);
  part.size = segments.size(segment);
  part.chunks = divide_up(part.size, longest_piece_ / part.alignment);
  return part;
}

constexpr std::size_t Layout::block_begin(std::uint32_t block) const noexcept {
  if (has_own_lengths()) return extent_.begins[block];
  if (extent_.each_block) return block * extent_.count;
  return std::min(blocks_.begin(block) * alignment_, extent_.count);
}

constexpr ElementRange Layout::part(std::uint32_t segment, std::uint32_t block) const noexcept {
  if (has_own_lengths()) {
    const OwnPart part = own_part(segment, block_elements(block));
    return clipped(block, part.begin, part.size, part.alignment);
  }
  const Shares& segments = segments_[kind(block)];
  return clipped(block, segments.begin(segment), segments.size(segment), alignment_);
}

constexpr ElementRange Layout::piece(std::uint32_t segment, std::size_t chunk,
                                     std::uint32_t block) const noexcept {
  if (has_own_lengths()) {
    const OwnPart part = own_part(segment, block_elements(block));
    if (chunk >= part.chunks) return {block_begin(block + 1), 0};
    const Shares pieces = Shares::of(part.size, part.chunks);
    return clipped(block, part.begin + pieces.begin(chunk), pieces.size(chunk), part.alignment);
  }
  const std::size_t of_block = kind(block);
  const Shares& segments = segments_[of_block];
  const Shares& pieces = pieces_[of_block][segments.is_longer(segment) ? 1 : 0];
  return clipped(block, segments.begin(segment) + pieces.begin(chunk), pieces.size(chunk),
                 alignment_);
}

constexpr std::size_t Layout::pieces(std::uint32_t segment, std::uint32_t block) const noexcept {
  if (has_own_lengths()) return own_part(segment, block_elements(block)).chunks;
  return std::min(chunks_, segments_[kind(block)].size(segment));
}

constexpr ElementRange Layout::clipped(std::uint32_t block, std::size_t begin_units,
                                       std::size_t units, std::size_t alignment) const noexcept {
  // The last unit may be cut short.
  const std::size_t end = block_begin(block + 1);
  const std::size_t begin = std::min(block_begin(block) + begin_units * alignment, end);
  return {begin, std::min(units * alignment, end - begin)};
}

}  // namespace assay::collectives
