#include "collectives/transport/slot_ring.hpp"

#include <algorithm>
#include <cstddef>
#include <new>
#include <utility>

#include "core/processor.hpp"

namespace assay::collectives {

namespace {

constexpr std::size_t line_bytes = 64;

/// At the start of the ring, on a line of its own: written by the receiver only.
struct alignas(cache_line_pair_bytes) Returned {
  std::atomic<std::uint64_t> messages;
};

/// What fits on the header's line is there, and what is not much longer right behind it, so that
/// header and message come together; the rest goes round in the ring. With longer ones there, the
/// lines behind the header would cost more than those of the ring (see SlotRing).
constexpr std::size_t on_header_bytes = line_bytes - 2 * sizeof(std::uint64_t);
constexpr std::size_t behind_header_bytes = 2048;

struct alignas(cache_line_pair_bytes) Header {
  std::atomic<std::uint64_t> sequence;  ///< number of the message held, counted from 1
  std::uint64_t bytes;
  std::byte on_line[on_header_bytes];
  std::byte behind[behind_header_bytes];
};
static_assert(std::atomic<std::uint64_t>::is_always_lock_free);
static_assert(offsetof(Header, behind) == line_bytes);

constexpr std::size_t round_up(std::size_t value, std::size_t multiple) {
  return (value + multiple - 1) / multiple * multiple;
}

/// Of all of a receiver's rings together: twice a large private cache, so that what goes round in
/// them has left it when its turn comes.
constexpr std::size_t room_of_all_rings = std::size_t{2} << 20;

/// Of one ring. More than what is in flight and one message more, which may not fit before the end.
std::size_t room_bytes(LinkShape shape, std::size_t links) {
  const std::size_t longest = round_up(shape.slot_bytes, line_bytes);
  const std::size_t least = longest * (static_cast<std::size_t>(shape.slots) + 2);
  return std::max(least, round_up(room_of_all_rings / std::max<std::size_t>(links, 1), line_bytes));
}

/// Where things are inside a ring's memory, and where the next message is. Both ends move on by
/// what a message says of its length.
class Cursor {
 public:
  Cursor(std::byte* memory, LinkShape shape, std::size_t links, std::shared_ptr<void> keep)
      : memory_{memory},
        slots_{static_cast<std::size_t>(shape.slots)},
        last_begin_{room_bytes(shape, links) - round_up(shape.slot_bytes, line_bytes)},
        keep_{std::move(keep)} {}

  [[nodiscard]] Returned& returned() const noexcept {
    return *std::launder(reinterpret_cast<Returned*>(memory_));
  }
  [[nodiscard]] Header& header() const noexcept {
    return *std::launder(
        reinterpret_cast<Header*>(memory_ + sizeof(Returned) + slot_ * sizeof(Header)));
  }
  /// Where a message of that length is.
  [[nodiscard]] std::byte* room(std::size_t bytes) const noexcept {
    if (bytes <= on_header_bytes) return header().on_line;
    if (bytes <= behind_header_bytes) return header().behind;
    return memory_ + sizeof(Returned) + slots_ * sizeof(Header) + begin_;
  }
  /// Messages that went before the current one.
  [[nodiscard]] std::uint64_t passed() const noexcept { return passed_; }
  void advance(std::size_t bytes) noexcept {
    ++passed_;
    if (++slot_ == slots_) slot_ = 0;
    if (bytes <= behind_header_bytes) return;
    begin_ += round_up(bytes, line_bytes);
    if (begin_ > last_begin_) begin_ = 0;
  }

 private:
  std::byte* memory_;
  std::size_t slots_;
  std::size_t last_begin_;
  std::size_t slot_ = 0;
  std::size_t begin_ = 0;
  std::uint64_t passed_ = 0;
  std::shared_ptr<void> keep_;
};

class RingSender final : public Sender {
 public:
  RingSender(std::byte* memory, LinkShape shape, std::size_t links, std::shared_ptr<void> keep)
      : cursor_{memory, shape, links, std::move(keep)},
        slots_{static_cast<std::uint64_t>(shape.slots)} {}

  std::byte* try_acquire(std::size_t bytes) noexcept override {
    if (cursor_.passed() - returned_seen_ >= slots_) {
      // The receiver's line is read only when the slots known to be free are used up.
      returned_seen_ = cursor_.returned().messages.load(std::memory_order_acquire);
      if (cursor_.passed() - returned_seen_ >= slots_) return nullptr;
    }
    return cursor_.room(bytes);
  }

  void commit(std::size_t bytes) noexcept override {
    Header& header = cursor_.header();
    header.bytes = bytes;
    header.sequence.store(cursor_.passed() + 1, std::memory_order_release);
    cursor_.advance(bytes);
  }

  bool drained() noexcept override { return true; }

 private:
  Cursor cursor_;
  std::uint64_t slots_;
  std::uint64_t returned_seen_ = 0;
};

class RingReceiver final : public Receiver {
 public:
  RingReceiver(std::byte* memory, LinkShape shape, std::size_t links, std::shared_ptr<void> keep)
      : cursor_{memory, shape, links, std::move(keep)} {}

  std::optional<std::span<const std::byte>> try_peek() noexcept override {
    const Header& header = cursor_.header();
    if (header.sequence.load(std::memory_order_acquire) != cursor_.passed() + 1)
      return std::nullopt;
    return std::span<const std::byte>{cursor_.room(header.bytes), header.bytes};
  }

  void release() noexcept override {
    cursor_.advance(cursor_.header().bytes);
    cursor_.returned().messages.store(cursor_.passed(), std::memory_order_release);
  }

 private:
  Cursor cursor_;
};

}  // namespace

std::size_t SlotRing::bytes(LinkShape shape, std::size_t links) noexcept {
  return round_up(sizeof(Returned) + static_cast<std::size_t>(shape.slots) * sizeof(Header) +
                      room_bytes(shape, links),
                  alignment);
}

void SlotRing::initialise(std::byte* memory, LinkShape shape) noexcept {
  new (memory) Returned{};
  for (int slot = 0; slot < shape.slots; ++slot)
    new (memory + sizeof(Returned) + static_cast<std::size_t>(slot) * sizeof(Header)) Header{};
}

std::unique_ptr<Sender> SlotRing::sender(std::byte* memory, LinkShape shape, std::size_t links,
                                         std::shared_ptr<void> keep) {
  return std::make_unique<RingSender>(memory, shape, links, std::move(keep));
}

std::unique_ptr<Receiver> SlotRing::receiver(std::byte* memory, LinkShape shape, std::size_t links,
                                             std::shared_ptr<void> keep) {
  return std::make_unique<RingReceiver>(memory, shape, links, std::move(keep));
}

}  // namespace assay::collectives
