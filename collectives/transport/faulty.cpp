#include "collectives/transport/faulty.hpp"

#include <algorithm>
#include <utility>

#include "core/clock.hpp"

namespace assay::collectives {

namespace {

/// The sender's own time per byte, as found from its messages so far. Kept as the fastest seen:
/// what disturbs a message must not be stretched as well.
class OwnPace {
 public:
  void note(Seconds busy, std::size_t bytes) noexcept {
    const double pace = busy.value / static_cast<double>(std::max<std::size_t>(bytes, 1));
    seconds_per_byte_ = std::min(seconds_per_byte_, pace);
  }
  [[nodiscard]] Seconds of(std::size_t bytes) const noexcept {
    return {seconds_per_byte_ * static_cast<double>(bytes)};
  }

 private:
  double seconds_per_byte_ = 1.0;
};

class FaultySender final : public Sender {
 public:
  FaultySender(std::unique_ptr<Sender> sound, std::vector<TransportFault> faults)
      : sound_{std::move(sound)}, faults_{std::move(faults)} {}

  std::byte* try_acquire() noexcept override {
    room_ = sound_->try_acquire();
    if (room_ != nullptr && !acquired_) {
      acquired_ = true;
      acquired_at_ = steady_now();
    }
    return room_;
  }

  void commit(std::size_t bytes) noexcept override {
    ++messages_;
    acquired_ = false;
    bool dropped = false;
    for (const TransportFault& fault : faults_) dropped |= !apply(fault, bytes);
    if (!dropped) sound_->commit(bytes);
  }

  bool drained() noexcept override { return sound_->drained(); }

 private:
  /// False if the message is not to be sent at all.
  bool apply(const TransportFault& fault, std::size_t bytes) noexcept {
    const bool is_turn = messages_ % fault.every == 0;
    switch (fault.kind) {
      case TransportFault::Kind::slow:
        pace_.note(steady_now() - acquired_at_, bytes);
        // Twice the time is half the speed: the extra is share / (1 - share) of the own time.
        spin_for(pace_.of(bytes) * (fault.share / (1.0 - fault.share)));
        return true;
      case TransportFault::Kind::delay:
        spin_for(fault.delay);
        return true;
      case TransportFault::Kind::drop:
        return !is_turn;
      case TransportFault::Kind::corrupt:
        if (is_turn && bytes > 0) room_[bytes / 2] ^= std::byte{0x10};
        return true;
    }
    return true;
  }

  std::unique_ptr<Sender> sound_;
  std::vector<TransportFault> faults_;
  std::byte* room_ = nullptr;
  bool acquired_ = false;
  Seconds acquired_at_;
  long messages_ = 0;
  OwnPace pace_;
};

class FaultyTransport final : public Transport {
 public:
  FaultyTransport(std::unique_ptr<Transport> sound, std::vector<TransportFault> faults)
      : sound_{std::move(sound)}, faults_{std::move(faults)} {}

  std::string_view name() const noexcept override { return sound_->name(); }

  LinkEnds open(std::span<const Link> outgoing, std::span<const Link> incoming,
                LinkShape shape) override {
    LinkEnds ends = sound_->open(outgoing, incoming, shape);
    for (auto& sender : ends.senders)
      sender = std::make_unique<FaultySender>(std::move(sender), faults_);
    return ends;
  }

 private:
  std::unique_ptr<Transport> sound_;
  std::vector<TransportFault> faults_;
};

}  // namespace

std::unique_ptr<Transport> make_faulty_transport(std::unique_ptr<Transport> sound,
                                                 std::vector<TransportFault> faults) {
  if (faults.empty()) return sound;
  return std::make_unique<FaultyTransport>(std::move(sound), std::move(faults));
}

}  // namespace assay::collectives
