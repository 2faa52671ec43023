#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <string>
#include <string_view>

namespace assay {

/// A short text that one process writes and another reads while it may change (a sequence lock).
/// Longer texts are cut. Lives in shared memory: no pointers, no locks.
template <std::size_t Capacity>
class SharedText {
 public:
  void write(std::string_view text) noexcept {
    const auto version = version_.load(std::memory_order_relaxed);
    version_.store(version + 1, std::memory_order_relaxed);  // odd: being written
    // Who sees a new byte sees the odd version too. (Fences would do, but ThreadSanitizer knows
    // none.)
    const std::size_t length = text.size() < Capacity - 1 ? text.size() : Capacity - 1;
    for (std::size_t i = 0; i < length; ++i) bytes_[i].store(text[i], std::memory_order_release);
    bytes_[length].store('\0', std::memory_order_release);
    version_.store(version + 2, std::memory_order_release);
  }

  /// The latest whole text, or what could be read if the writer died half-way.
  [[nodiscard]] std::string read() const {
    constexpr int attempts = 1000;
    std::string text;
    for (int attempt = 0; attempt < attempts; ++attempt) {
      const auto before = version_.load(std::memory_order_acquire);
      text.clear();
      for (const auto& byte : bytes_) {
        const char value = byte.load(std::memory_order_acquire);
        if (value == '\0') break;
        text.push_back(value);
      }
      if (before % 2 == 0 && version_.load(std::memory_order_relaxed) == before) break;
    }
    return text;
  }

 private:
  std::atomic<std::uint32_t> version_{0};
  std::array<std::atomic<char>, Capacity> bytes_{};
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
