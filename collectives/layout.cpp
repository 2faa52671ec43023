#include "collectives/layout.hpp"

#include <algorithm>

namespace assay::collectives {

namespace {

std::size_t divide_up(std::size_t dividend, std::size_t divisor) {
  return dividend / divisor + (dividend % divisor != 0 ? 1 : 0);
}

}  // namespace

Layout::Shares Layout::Shares::of(std::size_t units, std::size_t count) noexcept {
  return {units / count, units % count};
}

std::size_t Layout::Shares::begin(std::size_t index) const noexcept {
  return index * base + std::min(index, longer);
}

std::size_t Layout::Shares::size(std::size_t index) const noexcept {
  return base + (index < longer ? 1 : 0);
}

Layout::Layout(Extent extent, PlanShape shape, std::size_t piece_elements,
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

std::size_t Layout::kind(std::uint32_t block) const noexcept {
  return blocks_.is_longer(block) ? 1 : 0;
}

Layout::OwnPart Layout::own_part(std::uint32_t segment, std::size_t elements) const noexcept {
  OwnPart part;
  if (divide_up(elements, wanted_alignment_) >= segment_count_) part.alignment = wanted_alignment_;
  const Shares segments = Shares::of(divide_up(elements, part.alignment), segment_count_);
  part.begin = segments.begin(segment);
  part.size = segments.size(segment);
  part.chunks = divide_up(part.size, longest_piece_ / part.alignment);
  return part;
}

std::size_t Layout::block_begin(std::uint32_t block) const noexcept {
  if (has_own_lengths()) return extent_.begins[block];
  if (extent_.each_block) return block * extent_.count;
  return std::min(blocks_.begin(block) * alignment_, extent_.count);
}

ElementRange Layout::part(std::uint32_t segment, std::uint32_t block) const noexcept {
  if (has_own_lengths()) {
    const OwnPart part = own_part(segment, block_elements(block));
    return clipped(block, part.begin, part.size, part.alignment);
  }
  const Shares& segments = segments_[kind(block)];
  return clipped(block, segments.begin(segment), segments.size(segment), alignment_);
}

ElementRange Layout::piece(std::uint32_t segment, std::size_t chunk,
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

std::size_t Layout::pieces(std::uint32_t segment, std::uint32_t block) const noexcept {
  if (has_own_lengths()) return own_part(segment, block_elements(block)).chunks;
  return std::min(chunks_, segments_[kind(block)].size(segment));
}

ElementRange Layout::clipped(std::uint32_t block, std::size_t begin_units, std::size_t units,
                             std::size_t alignment) const noexcept {
  // The last unit may be cut short.
  const std::size_t end = block_begin(block + 1);
  const std::size_t begin = std::min(block_begin(block) + begin_units * alignment, end);
  return {begin, std::min(units * alignment, end - begin)};
}

}  // namespace assay::collectives
