#include "collectives/transport/ucx_link.hpp"

#include <atomic>
#include <utility>
#include <vector>

namespace assay::collectives {

namespace {

/// Where there are puts: up to here one active message and a copy at the receiver, beyond two puts.
/// Measured with UCX 1.13 on Zen 4 in memory shared within a host there is no difference from 2 to
/// 64 KiB (32 KiB: 4.4 us a message and 4.9). Not measured where a network device carries out puts;
/// there it is the copy, 3 us of this much at 10 GB/s, that long messages are to be spared.
/// Where there are none, one message in place of two saves 5 to 14 us over TCP (8 KiB: 21 us for
/// 32, 64 KiB: 59 for 72).
constexpr std::size_t short_bytes = 32 << 10;

/// What the kernel takes at once for a connection on which nothing is under way: half of the
/// default buffer (tcp(7): tcp_wmem, 16 KiB), as the other half may be its own bookkeeping.
constexpr std::size_t socket_bytes = 8 << 10;

/// A word that the peer writes.
std::uint64_t load(std::uint64_t& word) noexcept {
  return std::atomic_ref{word}.load(std::memory_order_acquire);
}

/// What both ends have.
class UcxEnd {
 public:
  explicit UcxEnd(UcxLinkEnd end)
      : end_{std::move(end)},
        pending_{end_.rail->add_pending(*end_.endpoint, end_.slots.count())},
        has_puts_{end_.endpoint->has_puts()} {
    for (std::size_t slot = 0; slot < end_.slots.count(); ++slot) {
      const auto number = static_cast<std::uint32_t>(slot);
      // Not the values: the peer may have opened first, and sent.
      header(slot).message.end = header(slot).returned.end = end_.peer_end;
      header(slot).message.slot = header(slot).returned.slot = number;
    }
  }

  [[nodiscard]] const UcxSlots& slots() const noexcept { return end_.slots; }
  [[nodiscard]] UcxSlotHeader& header(std::size_t slot) const noexcept {
    return end_.slots.header(slot);
  }
  [[nodiscard]] bool is_busy(std::size_t slot) const noexcept {
    return pending_[slot].operations > 0;
  }
  [[nodiscard]] UcxEndpoint& endpoint() const noexcept { return *end_.endpoint; }
  [[nodiscard]] bool has_puts() const noexcept { return has_puts_; }
  void progress() const noexcept { end_.rail->progress(); }
  void fence() const noexcept { end_.rail->fence(); }

  void send(std::size_t slot, UcxMessage kind, const UcxWord& word, const std::byte* data,
            std::size_t bytes, UcxEndpoint::Data how = UcxEndpoint::Data::eager) const noexcept {
    end_.endpoint->send(pending_[slot], kind, &word, sizeof word, data, bytes, how);
  }
  /// `place` of the other end is where `like` is in this one.
  void put(std::size_t slot, const void* source, std::size_t bytes,
           const void* like) const noexcept {
    end_.endpoint->put(pending_[slot], source, bytes, end_.slots.at_peer(end_.peer_base, like),
                       end_.peer_key);
  }

 private:
  UcxLinkEnd end_;
  UcxPending* pending_;
  bool has_puts_;
};

class UcxSender final : public Sender {
 public:
  explicit UcxSender(UcxLinkEnd end) : end_{std::move(end)}, bytes_(end_.slots().count()) {}

  std::byte* try_acquire(std::size_t /*bytes*/) noexcept override {
    if (!has_room()) {
      end_.progress();
      if (!has_room()) return nullptr;
    }
    return end_.slots().room(slot_);
  }

  void commit(std::size_t bytes) noexcept override {
    UcxWord& message = end_.header(slot_).message;
    const std::byte* room = end_.slots().room(slot_);
    message.value = ucx_message(++committed_, bytes);
    if (end_.slots().has_rooms_elsewhere()) {
      end_.send(slot_, UcxMessage::data, message, room, bytes, UcxEndpoint::Data::fetched);
    } else if (bytes <= short_bytes || !end_.has_puts()) {
      end_.send(slot_, UcxMessage::data, message, room, bytes);
    } else {
      end_.put(slot_, room, bytes, room);
      end_.fence();
      end_.put(slot_, &message.value, sizeof message.value, &message.value);
    }
    bytes_[slot_] = bytes;
    if (++slot_ == end_.slots().count()) slot_ = 0;
  }

  bool drained() noexcept override {
    if (has_left()) return true;
    end_.progress();
    return has_left();
  }

  const char* failure() noexcept override { return end_.endpoint().failure(); }

 private:
  [[nodiscard]] bool has_room() const noexcept {
    return committed_ - load(end_.slots().returned()) < end_.slots().count() &&
           !end_.is_busy(slot_);
  }

  /// What UCX calls done may still wait in a buffer of its own for a socket that takes more, and
  /// goes on only while someone progresses (a flush would wait for the peer to look after UCX, too,
  /// which it need not do once it has its messages). So long messages count as gone when they are
  /// given back.
  [[nodiscard]] bool has_left() const noexcept {
    if (end_.endpoint().is_busy()) return false;
    const std::uint64_t returned = load(end_.slots().returned());
    std::size_t under_way = 0;
    for (std::uint64_t message = returned; message < committed_; ++message)
      under_way += bytes_[message % bytes_.size()];
    return under_way <= socket_bytes;
  }

  UcxEnd end_;
  std::vector<std::size_t> bytes_;  ///< by slot: of its last message
  std::size_t slot_ = 0;
  std::uint64_t committed_ = 0;
};

class UcxReceiver final : public Receiver {
 public:
  explicit UcxReceiver(UcxLinkEnd end) : end_{std::move(end)} {}

  std::optional<std::span<const std::byte>> try_peek() noexcept override {
    std::uint64_t message = load(end_.header(slot_).message.value);
    if (!is_next(message)) {
      end_.progress();
      message = load(end_.header(slot_).message.value);
      if (!is_next(message)) return std::nullopt;
    }
    return std::span<const std::byte>{end_.slots().room(slot_), bytes_of(message)};
  }

  void release() noexcept override {
    UcxWord& returned = end_.header(slot_).returned;
    returned.value = ++released_;
    if (end_.has_puts())
      end_.put(slot_, &returned.value, sizeof returned.value, &end_.slots().returned());
    else
      end_.send(slot_, UcxMessage::returned, returned, nullptr, 0);
    if (++slot_ == end_.slots().count()) slot_ = 0;
  }

  const char* failure() noexcept override { return end_.endpoint().failure(); }

 private:
  [[nodiscard]] bool is_next(std::uint64_t message) const noexcept {
    return number_of(message) == static_cast<std::uint32_t>(released_ + 1);
  }

  UcxEnd end_;
  std::size_t slot_ = 0;
  std::uint64_t released_ = 0;
};

}  // namespace

std::unique_ptr<Sender> make_ucx_sender(UcxLinkEnd end) {
  return std::make_unique<UcxSender>(std::move(end));
}

std::unique_ptr<Receiver> make_ucx_receiver(UcxLinkEnd end) {
  return std::make_unique<UcxReceiver>(std::move(end));
}

}  // namespace assay::collectives
