#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <string>
#include <string_view>

namespace assay {

/// A short text that one process writes and another reads while it may change. Longer texts are
/// cut. Lives in shared memory: no pointers, no locks. A writer that is stopped or dies half-way
/// leaves the text before whole: it writes to a slot of its own, and only then says which one it
/// is.
template <std::size_t Capacity>
class SharedText {
 public:
  void write(std::string_view text) noexcept {
    const auto next = written_.load(std::memory_order_relaxed) + 1;
    Slot& slot = slots_[next % slots_.size()];
    // Release: who sees a new byte of a slot sees the texts that went before it, too. (Fences would
    // do, but ThreadSanitizer knows none.)
    const std::size_t length = text.size() < Capacity - 1 ? text.size() : Capacity - 1;
    for (std::size_t i = 0; i < length; ++i) slot[i].store(text[i], std::memory_order_release);
    slot[length].store('\0', std::memory_order_release);
    written_.store(next, std::memory_order_release);
  }

  /// The latest whole text. Reads again while the writer overtakes it, which takes a text for each
  /// slot within the time of one reading.
  [[nodiscard]] std::string read() const {
    std::string text;
    for (;;) {
      const auto latest = written_.load(std::memory_order_acquire);
      text.clear();
      for (const auto& byte : slots_[latest % slots_.size()]) {
        const char value = byte.load(std::memory_order_acquire);
        if (value == '\0') break;
        text.push_back(value);
      }
      // The slot is written to again only after all others have been.
      if (written_.load(std::memory_order_relaxed) - latest < slots_.size() - 1) return text;
    }
  }

 private:
  using Slot = std::array<std::atomic<char>, Capacity>;
  std::atomic<std::uint32_t> written_{0};
  std::array<Slot, 4> slots_{};
};

/// Where a worker stands, written by the worker and read by its supervisor from memory shared
/// between the two. Every field is lock-free; writing one costs a store to a private cache line.
struct Heartbeat {
  enum class Phase : std::uint32_t {
    starting,   ///< before the ranks know each other
    running,    ///< measuring
    timed_out,  ///< gave up: `waiting_for` did not answer before the deadline
    finished,   ///< everything is written; about to exit
  };
  static constexpr std::int32_t nobody = -1;
  static constexpr std::int32_t everybody = -2;  ///< in a library's barrier or collective

  std::atomic<Phase> phase{Phase::starting};
  std::atomic<std::int32_t> rank{-1};
  std::atomic<std::int32_t> ranks{0};
  std::atomic<std::int32_t> waiting_for{nobody};  ///< a rank, `nobody` or `everybody`
  std::atomic<std::int32_t> lane{0};              ///< of the plan being executed
  std::atomic<std::int32_t> step{-1};             ///< of that lane; -1: not in a plan
  std::atomic<std::int64_t> deadline_ns{0};       ///< steady clock; 0: no operation under way
  std::atomic<std::uint64_t> beats{0};            ///< grows with every operation
  SharedText<160> benchmark;                      ///< what is being measured, for people
  SharedText<512> run_directory;                  ///< where the records are (rank 0), or empty
  SharedText<256> health_address;                 ///< "host:port token" of rank 0's supervisor
};

static_assert(std::atomic<std::int64_t>::is_always_lock_free);
static_assert(std::atomic<Heartbeat::Phase>::is_always_lock_free);

}  // namespace assay
