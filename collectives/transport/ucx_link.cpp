#include "collectives/transport/ucx_link.hpp"

#include <atomic>
#include <utility>

namespace assay::collectives {

namespace {

/// Up to here one active message and a copy at the receiver, beyond two puts. Measured with
/// UCX 1.13 on Zen 4, streams of messages of 2 to 64 KiB: over TCP, where puts are messages, too,
/// one less saves 5 to 14 us (8 KiB: 21 us for 32); in memory shared within a host there is no
/// difference. Not measured where a network device carries out puts; there it is the copy, 3 us of
/// this much at 10 GB/s, that long messages are to be spared.
constexpr std::size_t short_bytes = 32 << 10;

/// A word that the peer writes.
std::uint64_t load(std::uint64_t& word) noexcept {
  return std::atomic_ref{word}.load(std::memory_order_acquire);
}

class UcxSender final : public Sender {
 public:
  UcxSender(UcxLinkEnd end, std::uint32_t inbox)
      : end_{std::move(end)}, pending_{end_.rail->add_pending(*end_.endpoint, end_.slots.count())} {
    for (std::size_t slot = 0; slot < end_.slots.count(); ++slot) {
      end_.slots.header(slot).data.inbox = inbox;
      end_.slots.header(slot).data.slot = static_cast<std::uint32_t>(slot);
    }
  }

  std::byte* try_acquire(std::size_t /*bytes*/) noexcept override {
    if (!has_room()) {
      end_.rail->progress();
      if (!has_room()) return nullptr;
    }
    return end_.slots.room(slot_);
  }

  void commit(std::size_t bytes) noexcept override {
    UcxDataHeader& header = end_.slots.header(slot_).data;
    const std::byte* room = end_.slots.room(slot_);
    UcxPending& pending = pending_[slot_];
    header.message = ucx_message(++committed_, bytes);
    if (bytes <= short_bytes) {
      end_.endpoint->send(pending, UcxMessage::data, &header, sizeof header, room, bytes);
    } else {
      end_.endpoint->put(pending, room, bytes, end_.slots.at_peer(end_.peer_base, room),
                         end_.peer_key);
      end_.rail->fence();
      end_.endpoint->put(pending, &header.message, sizeof header.message,
                         end_.slots.at_peer(end_.peer_base, &header.message), end_.peer_key);
    }
    if (++slot_ == end_.slots.count()) slot_ = 0;
  }

  bool drained() noexcept override {
    if (end_.endpoint->is_flushed()) return true;
    end_.rail->progress();
    return end_.endpoint->is_flushed();
  }

  const char* failure() noexcept override { return end_.endpoint->failure(); }

 private:
  [[nodiscard]] bool has_room() const noexcept {
    return committed_ - load(end_.slots.returned()) < end_.slots.count() &&
           pending_[slot_].operations == 0;
  }

  UcxLinkEnd end_;
  UcxPending* pending_;
  std::size_t slot_ = 0;
  std::uint64_t committed_ = 0;
};

class UcxReceiver final : public Receiver {
 public:
  explicit UcxReceiver(UcxLinkEnd end)
      : end_{std::move(end)},
        pending_{end_.rail->add_pending(*end_.endpoint, end_.slots.count())} {}

  std::optional<std::span<const std::byte>> try_peek() noexcept override {
    std::uint64_t message = load(end_.slots.header(slot_).data.message);
    if (!is_next(message)) {
      end_.rail->progress();
      message = load(end_.slots.header(slot_).data.message);
      if (!is_next(message)) return std::nullopt;
    }
    return std::span<const std::byte>{end_.slots.room(slot_), bytes_of(message)};
  }

  void release() noexcept override {
    std::uint64_t& returned = end_.slots.header(slot_).returned;
    returned = ++released_;
    end_.endpoint->put(pending_[slot_], &returned, sizeof returned,
                       end_.slots.at_peer(end_.peer_base, &end_.slots.returned()), end_.peer_key);
    if (++slot_ == end_.slots.count()) slot_ = 0;
  }

  const char* failure() noexcept override { return end_.endpoint->failure(); }

 private:
  [[nodiscard]] bool is_next(std::uint64_t message) const noexcept {
    return number_of(message) == static_cast<std::uint32_t>(released_ + 1);
  }

  UcxLinkEnd end_;
  UcxPending* pending_;
  std::size_t slot_ = 0;
  std::uint64_t released_ = 0;
};

}  // namespace

std::unique_ptr<Sender> make_ucx_sender(UcxLinkEnd end, std::uint32_t inbox) {
  return std::make_unique<UcxSender>(std::move(end), inbox);
}

std::unique_ptr<Receiver> make_ucx_receiver(UcxLinkEnd end) {
  return std::make_unique<UcxReceiver>(std::move(end));
}

}  // namespace assay::collectives
