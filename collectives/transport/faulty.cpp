#include "collectives/transport/faulty.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "core/clock.hpp"

namespace assay::collectives {

namespace {

/// How long a sound link takes from one message to the next, in units of the sender's own work on a
/// message. Where the receiver is the slower end that is more than 1, and stretching the sender's
/// work alone would be hidden behind it. Learnt from the link's first messages, which go untouched.
class NaturalPace {
 public:
  [[nodiscard]] bool is_known() const noexcept { return learnt_ == intervals_.size(); }

  /// `busy` is the sender's work on this message; intervals over pauses between operations are few,
  /// and the median passes over them.
  void learn(Seconds busy, Seconds now) noexcept {
    if (last_.value > 0 && busy.value > 0) intervals_[learnt_++] = (now - last_) / busy;
    last_ = now;
    if (!is_known()) return;
    auto* middle = intervals_.data() + intervals_.size() / 2;
    std::nth_element(intervals_.data(), middle, intervals_.data() + intervals_.size());
    ratio_ = std::clamp(*middle, 1.0, ratio_at_most);
  }
  [[nodiscard]] double ratio() const noexcept { return ratio_; }

 private:
  static constexpr std::size_t messages = 64;
  /// A receiver slower than this is not a pipeline that the sender is part of.
  static constexpr double ratio_at_most = 4.0;
  std::array<double, messages> intervals_{};
  std::size_t learnt_ = 0;
  Seconds last_;
  double ratio_ = 1.0;
};

class FaultySender final : public Sender {
 public:
  FaultySender(std::unique_ptr<Sender> sound, std::vector<TransportFault> faults)
      : sound_{std::move(sound)}, faults_{std::move(faults)} {}

  std::byte* try_acquire(std::size_t bytes) noexcept override {
    room_ = sound_->try_acquire(bytes);
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
  const char* failure() noexcept override { return sound_->failure(); }

 private:
  /// False if the message is not to be sent at all.
  bool apply(const TransportFault& fault, std::size_t bytes) noexcept {
    const bool is_turn = messages_ % fault.every == 0;
    switch (fault.kind) {
      case TransportFault::Kind::slow:
        slow_down(fault.share, bytes);
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

  void slow_down(double share, std::size_t bytes) noexcept {
    constexpr std::size_t long_message = 4096;  // shorter ones are latency, not bandwidth
    const Seconds now = steady_now();
    const Seconds busy = now - acquired_at_;
    if (bytes < long_message) {
      spin_for(busy * (share / (1.0 - share)));
    } else if (!pace_.is_known()) {
      pace_.learn(busy, now);
    } else {
      // Twice the time is half the speed.
      spin_for(busy * (pace_.ratio() / (1.0 - share) - 1.0));
    }
  }

  std::unique_ptr<Sender> sound_;
  std::vector<TransportFault> faults_;
  std::byte* room_ = nullptr;
  bool acquired_ = false;
  Seconds acquired_at_;
  long messages_ = 0;
  NaturalPace pace_;
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

  /// Null: what a rank stores into registered memory cannot be made faulty.
  std::unique_ptr<RegisteredMemory> allocate_registered(std::size_t) override { return nullptr; }

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
