#pragma once

#include <atomic>
#include <barrier>
#include <cstdint>
#include <cstring>
#include <thread>

#include "collectives/device/lane_table.hpp"
#include "collectives/device/one_shot.hpp"
#include "collectives/device/vector.hpp"
#include "core/clock.hpp"

namespace assay::collectives::device {

/// What the threads of a block share, where they are threads of the host.
class HostBlock {
 public:
  explicit HostBlock(unsigned threads)
      : threads_{threads}, barrier_{static_cast<std::ptrdiff_t>(threads)} {}
  [[nodiscard]] unsigned threads() const { return threads_; }
  void barrier() {
    if (threads_ > 1) barrier_.arrive_and_wait();
  }
  /// For failures alone: once true, always true.
  [[nodiscard]] bool any(bool mine) {
    if (mine) any_.store(true);
    barrier();
    return any_.load();
  }

 private:
  unsigned threads_;
  std::barrier<> barrier_;
  std::atomic<bool> any_{false};
};

/// One thread of it: the device's part of the interpreter is played by a thread of the host, and
/// what is no atomic access here is none for ThreadSanitizer either.
class HostMachine {
 public:
  static constexpr int loads_at_once = 4;

  HostMachine(HostBlock& block, unsigned thread) : block_{block}, thread_{thread} {}

  [[nodiscard]] unsigned thread() const { return thread_; }
  [[nodiscard]] unsigned threads() const { return block_.threads(); }
  void barrier() { block_.barrier(); }
  [[nodiscard]] bool any(bool mine) { return block_.any(mine); }

  [[nodiscard]] static Counter acquire(const Counter* counter) {
    return std::atomic_ref{*const_cast<Counter*>(counter)}.load(std::memory_order_acquire);
  }
  static void release(Counter* counter, Counter value) {
    std::atomic_ref{*counter}.store(value, std::memory_order_release);
  }
  [[nodiscard]] static std::uint32_t volatile_load(const std::uint32_t* word) {
    return std::atomic_ref{*const_cast<std::uint32_t*>(word)}.load(std::memory_order_relaxed);
  }
  static void write(LaneVerdict* verdict, const LaneVerdict& value) {
    std::atomic_ref{verdict->cause}.store(value.cause, std::memory_order_relaxed);
    std::atomic_ref{verdict->waiting_for}.store(value.waiting_for, std::memory_order_relaxed);
    std::atomic_ref{verdict->step}.store(value.step, std::memory_order_relaxed);
  }
  [[nodiscard]] static Vector load(const std::byte* from) {
    Vector vector;
    std::memcpy(&vector, from, sizeof vector);
    return vector;
  }
  static void store(std::byte* to, const Vector& vector) {
    std::memcpy(to, &vector, sizeof vector);
  }
  [[nodiscard]] static Packet load_packet(const Packet* from) {
    Packet packet;
    for (int i = 0; i < 2; ++i)
      packet.words[i] = std::atomic_ref{const_cast<std::uint64_t&>(from->words[i])}.load(
          std::memory_order_relaxed);
    return packet;
  }
  static void store_packet(Packet* to, const Packet& packet) {
    for (int i = 1; i >= 0; --i)
      std::atomic_ref{to->words[i]}.store(packet.words[i], std::memory_order_relaxed);
  }
  [[nodiscard]] static std::uint64_t nanoseconds() {
    return static_cast<std::uint64_t>(steady_nanoseconds());
  }
  static void pause() { std::this_thread::yield(); }

 private:
  HostBlock& block_;
  unsigned thread_;
};

}  // namespace assay::collectives::device
