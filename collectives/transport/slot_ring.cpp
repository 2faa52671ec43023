#include "collectives/transport/slot_ring.hpp"

#include <new>
#include <utility>

#include "core/processor.hpp"

namespace assay::collectives {

namespace {

constexpr std::size_t header_bytes = 64;  // one cache line, so that payloads are aligned to one

/// At the start of the ring, on a line of its own: written by the receiver only.
struct alignas(cache_line_pair_bytes) Returned {
  std::atomic<std::uint64_t> messages;
};

struct alignas(header_bytes) SlotHeader {
  std::atomic<std::uint64_t> sequence;  ///< number of the message held, counted from 1
  std::uint64_t bytes;
};
static_assert(sizeof(SlotHeader) == header_bytes);
static_assert(std::atomic<std::uint64_t>::is_always_lock_free);

constexpr std::size_t round_up(std::size_t value, std::size_t multiple) {
  return (value + multiple - 1) / multiple * multiple;
}

/// Where things are inside a ring's memory, and which slot is next.
class Cursor {
 public:
  Cursor(std::byte* memory, LinkShape shape, std::shared_ptr<void> keep)
      : memory_{memory},
        stride_{header_bytes + round_up(shape.slot_bytes, header_bytes)},
        end_{stride_ * static_cast<std::size_t>(shape.slots)},
        keep_{std::move(keep)} {}

  [[nodiscard]] Returned& returned() const noexcept {
    return *std::launder(reinterpret_cast<Returned*>(memory_));
  }
  [[nodiscard]] SlotHeader& header() const noexcept {
    return *std::launder(reinterpret_cast<SlotHeader*>(slots() + offset_));
  }
  [[nodiscard]] std::byte* payload() const noexcept { return slots() + offset_ + header_bytes; }
  /// Messages that went before the current one.
  [[nodiscard]] std::uint64_t passed() const noexcept { return passed_; }
  void advance() noexcept {
    ++passed_;
    offset_ += stride_;
    if (offset_ == end_) offset_ = 0;
  }

 private:
  [[nodiscard]] std::byte* slots() const noexcept { return memory_ + sizeof(Returned); }

  std::byte* memory_;
  std::size_t stride_;
  std::size_t end_;
  std::size_t offset_ = 0;
  std::uint64_t passed_ = 0;
  std::shared_ptr<void> keep_;
};

class RingSender final : public Sender {
 public:
  RingSender(std::byte* memory, LinkShape shape, std::shared_ptr<void> keep)
      : cursor_{memory, shape, std::move(keep)}, slots_{static_cast<std::uint64_t>(shape.slots)} {}

  std::byte* try_acquire() noexcept override {
    if (cursor_.passed() - returned_seen_ >= slots_) {
      // The receiver's line is read only when the slots known to be free are used up.
      returned_seen_ = cursor_.returned().messages.load(std::memory_order_acquire);
      if (cursor_.passed() - returned_seen_ >= slots_) return nullptr;
    }
    return cursor_.payload();
  }

  void commit(std::size_t bytes) noexcept override {
    SlotHeader& header = cursor_.header();
    header.bytes = bytes;
    header.sequence.store(cursor_.passed() + 1, std::memory_order_release);
    cursor_.advance();
  }

  bool drained() noexcept override { return true; }

 private:
  Cursor cursor_;
  std::uint64_t slots_;
  std::uint64_t returned_seen_ = 0;
};

class RingReceiver final : public Receiver {
 public:
  RingReceiver(std::byte* memory, LinkShape shape, std::shared_ptr<void> keep)
      : cursor_{memory, shape, std::move(keep)} {}

  std::optional<std::span<const std::byte>> try_peek() noexcept override {
    const SlotHeader& header = cursor_.header();
    if (header.sequence.load(std::memory_order_acquire) != cursor_.passed() + 1)
      return std::nullopt;
    return std::span<const std::byte>{cursor_.payload(), header.bytes};
  }

  void release() noexcept override {
    cursor_.advance();
    cursor_.returned().messages.store(cursor_.passed(), std::memory_order_release);
  }

 private:
  Cursor cursor_;
};

}  // namespace

std::size_t SlotRing::bytes(LinkShape shape) noexcept {
  const std::size_t stride = header_bytes + round_up(shape.slot_bytes, header_bytes);
  return round_up(sizeof(Returned) + stride * static_cast<std::size_t>(shape.slots), alignment);
}

void SlotRing::initialise(std::byte* memory, LinkShape shape) noexcept {
  new (memory) Returned{};
  const std::size_t stride = header_bytes + round_up(shape.slot_bytes, header_bytes);
  for (int slot = 0; slot < shape.slots; ++slot)
    new (memory + sizeof(Returned) + stride * static_cast<std::size_t>(slot)) SlotHeader{};
}

std::unique_ptr<Sender> SlotRing::sender(std::byte* memory, LinkShape shape,
                                         std::shared_ptr<void> keep) {
  return std::make_unique<RingSender>(memory, shape, std::move(keep));
}

std::unique_ptr<Receiver> SlotRing::receiver(std::byte* memory, LinkShape shape,
                                             std::shared_ptr<void> keep) {
  return std::make_unique<RingReceiver>(memory, shape, std::move(keep));
}

}  // namespace assay::collectives
