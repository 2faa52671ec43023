#pragma once

#include <cstddef>
#include <cstdint>

namespace assay::collectives {

/// What an active message begins with.
struct UcxWord {
  std::uint32_t end = 0;  ///< these two: which of the other rank's ends it is for, and its slot
  std::uint32_t slot = 0;
  std::uint64_t value = 0;
};

/// At the head of each slot of a link's end, on a line of its own.
struct alignas(64) UcxSlotHeader {
  UcxWord message;   ///< number and length of the message held: see ucx_message
  UcxWord returned;  ///< of the receiver: how many it gave back, with that of this slot
};

/// A message's number, counted from 1 (its low half is enough to tell it from others in flight),
/// and its length: in one word, which arrives whole. Where bytes arrive one after the other (TCP),
/// the number is the last to be right.
[[nodiscard]] constexpr std::uint64_t ucx_message(std::uint64_t number, std::size_t bytes) {
  return number << 32 | bytes;
}
[[nodiscard]] constexpr std::uint32_t number_of(std::uint64_t message) {
  return static_cast<std::uint32_t>(message >> 32);
}
[[nodiscard]] constexpr std::uint32_t bytes_of(std::uint64_t message) {
  return static_cast<std::uint32_t>(message);
}
inline constexpr std::size_t ucx_longest_message = UINT32_MAX;

/// One end of a link in registered memory: a line on which the receiver tells the sender how many
/// messages it gave back, a header for each slot, and a room for each, which a worker may have
/// elsewhere, in memory of its own.
class UcxSlots {
 public:
  UcxSlots(std::byte* memory, std::size_t slot_bytes, std::size_t slots) noexcept;
  [[nodiscard]] static std::size_t bytes(std::size_t slot_bytes, std::size_t slots) noexcept;
  /// The same with rooms at `rooms`, of `rooms_bytes`.
  [[nodiscard]] UcxSlots with_rooms(std::byte* rooms) const noexcept;
  [[nodiscard]] static std::size_t rooms_bytes(std::size_t slot_bytes, std::size_t slots) noexcept;
  /// Whether the rooms are elsewhere, where neither puts nor this processor reach them.
  [[nodiscard]] bool has_rooms_elsewhere() const noexcept { return rooms_elsewhere_; }

  [[nodiscard]] std::size_t count() const noexcept { return count_; }
  [[nodiscard]] std::uint64_t& returned() const noexcept;
  [[nodiscard]] UcxSlotHeader& header(std::size_t slot) const noexcept;
  [[nodiscard]] std::byte* room(std::size_t slot) const noexcept;
  /// Where `place` of this end is at the other one, whose memory begins at `peer`.
  [[nodiscard]] std::uint64_t at_peer(std::uint64_t peer, const void* place) const noexcept;

 private:
  std::byte* memory_;
  std::size_t count_;
  std::size_t stride_;
  std::byte* rooms_;
  bool rooms_elsewhere_ = false;
};

}  // namespace assay::collectives
