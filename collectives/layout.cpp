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

Layout::Layout(std::size_t count, PlanShape shape, std::size_t block_elements,
               std::size_t alignment_elements) noexcept
    : count_{count} {
  const std::size_t all_blocks = std::size_t{shape.segments} * shape.blocks;
  // Spreading a small buffer over all blocks shortens every message of it; that is worth more than
  // aligned accesses.
  alignment_ = divide_up(count, alignment_elements) >= all_blocks ? alignment_elements : 1;
  block_units_ = block_elements / alignment_;
  chunk_units_ = block_units_ * shape.blocks;
  segments_ = Shares::of(divide_up(count, alignment_), shape.segments);
  chunks_ = divide_up(segments_.size(0), chunk_units_);
  if (chunks_ == 0) return;
  // Segments differ by one unit at most, so that the shorter ones fill all chunks but the last,
  // too.
  const std::size_t before_last = (chunks_ - 1) * chunk_units_;
  for (std::size_t extra = 0; extra < last_chunk_.size(); ++extra) {
    const std::size_t segment_units = std::max(segments_.base + extra, before_last);
    last_chunk_[extra] = Shares::of(segment_units - before_last, shape.blocks);
  }
}

ElementRange Layout::block(std::uint32_t segment, std::size_t chunk,
                           std::uint32_t block) const noexcept {
  std::size_t begin = segments_.begin(segment) + chunk * chunk_units_;
  std::size_t units = block_units_;
  if (chunk + 1 == chunks_) {
    const Shares& shares = last_chunk_[segment < segments_.longer ? 1 : 0];
    begin += shares.begin(block);
    units = shares.size(block);
  } else {
    begin += block * block_units_;
  }
  // The buffer's last unit may be cut short.
  const std::size_t first = std::min(begin * alignment_, count_);
  return {first, std::min(units * alignment_, count_ - first)};
}

}  // namespace assay::collectives
