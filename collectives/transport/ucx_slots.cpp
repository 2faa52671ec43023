#include "collectives/transport/ucx_slots.hpp"

#include <new>

namespace assay::collectives {

namespace {

constexpr std::size_t line_bytes = 64;  // a cache line: reductions read whole vectors

constexpr std::size_t stride(std::size_t slot_bytes) {
  return (slot_bytes + line_bytes - 1) / line_bytes * line_bytes;
}

}  // namespace

UcxSlots::UcxSlots(std::byte* memory, std::size_t slot_bytes, std::size_t slots) noexcept
    : memory_{memory},
      count_{slots},
      stride_{stride(slot_bytes)},
      rooms_{memory + line_bytes + slots * sizeof(UcxSlotHeader)} {}

UcxSlots UcxSlots::with_rooms(std::byte* rooms) const noexcept {
  UcxSlots slots = *this;
  slots.rooms_ = rooms;
  slots.rooms_elsewhere_ = true;
  return slots;
}

std::size_t UcxSlots::rooms_bytes(std::size_t slot_bytes, std::size_t slots) noexcept {
  return slots * stride(slot_bytes);
}

std::size_t UcxSlots::bytes(std::size_t slot_bytes, std::size_t slots) noexcept {
  return line_bytes + slots * (sizeof(UcxSlotHeader) + stride(slot_bytes));
}

std::uint64_t& UcxSlots::returned() const noexcept {
  return *std::launder(reinterpret_cast<std::uint64_t*>(memory_));
}

UcxSlotHeader& UcxSlots::header(std::size_t slot) const noexcept {
  return *std::launder(
      reinterpret_cast<UcxSlotHeader*>(memory_ + line_bytes + slot * sizeof(UcxSlotHeader)));
}

std::byte* UcxSlots::room(std::size_t slot) const noexcept { return rooms_ + slot * stride_; }

std::uint64_t UcxSlots::at_peer(std::uint64_t peer, const void* place) const noexcept {
  return peer + static_cast<std::uint64_t>(static_cast<const std::byte*>(place) - memory_);
}

}  // namespace assay::collectives
