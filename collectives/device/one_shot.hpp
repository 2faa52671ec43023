#pragma once

#include <cstddef>
#include <cstdint>

#include "collectives/device/accumulator.hpp"
#include "collectives/device/direct_run.hpp"
#include "collectives/device/qualifier.hpp"
#include "collectives/device/vector.hpp"
#include "collectives/device/wait.hpp"

namespace assay::collectives::device {

/// Two words, each half data and half the number of the execution that they are of: whoever sees
/// the number sees the data, in whatever order words arrive.
struct alignas(16) Packet {
  static constexpr std::size_t data_bytes = 8;
  std::uint64_t words[2];
};

/// Inboxes are used turn about: a rank that is one execution ahead does not write where its peer
/// still reads, and it cannot be two ahead.
inline constexpr std::size_t inbox_turns = 2;
[[nodiscard]] constexpr std::size_t inbox_bytes(std::size_t packets, int ranks) {
  return inbox_turns * static_cast<std::size_t>(ranks) * packets * sizeof(Packet);
}

/// By all threads of block `block` of `blocks`; the same `blocks` in every execution, of the same
/// counts on all ranks. `Machine` as for Interpreter, with `load_packet` and `store_packet` of
/// words that are whole each.
/// Precondition: the input fits the inbox; count > 0.
template <class Machine>
class OneShot {
 public:
  ASSAY_DEVICE OneShot(Machine& machine, const OneShotRun& run, const Limits& limits)
      : machine_{machine}, run_{run}, limits_{limits}, patience_{limits} {}

  ASSAY_DEVICE bool execute(std::uint32_t block, std::uint32_t blocks) {
    const Counter number = run_.executions[block] + 1;
    number_ = static_cast<std::uint32_t>(number);
    turn_ = static_cast<std::size_t>(number % inbox_turns);
    const std::size_t packets = divided_up(run_.task.count * run_.task.element_bytes);
    const std::size_t first = std::size_t{block} * machine_.threads() + machine_.thread();
    const std::size_t stride = std::size_t{blocks} * machine_.threads();
    for (std::size_t packet = first; packet < packets; packet += stride) send(packet);
    const Receive receive{*this, first, stride, packets};
    with_format(run_.task.type, receive);
    const bool failed = machine_.any(missing_ >= 0);
    if (machine_.thread() == 0) run_.executions[block] = number;
    return !failed;
  }

 private:
  struct Receive {
    OneShot& shot;
    std::size_t first;
    std::size_t stride;
    std::size_t packets;
    template <class Format>
    ASSAY_DEVICE void run() const {
      for (std::size_t packet = first; packet < packets && shot.missing_ < 0; packet += stride)
        shot.template receive<Format>(packet);
    }
  };

  [[nodiscard]] ASSAY_DEVICE static std::size_t divided_up(std::size_t bytes) {
    return (bytes + Packet::data_bytes - 1) / Packet::data_bytes;
  }
  [[nodiscard]] ASSAY_DEVICE Packet* place(int inbox_of, int from, std::size_t packet) const {
    const auto ranks = static_cast<std::size_t>(run_.task.ranks);
    return reinterpret_cast<Packet*>(run_.inboxes[inbox_of]) +
           (turn_ * ranks + static_cast<std::size_t>(from)) * run_.inbox_packets + packet;
  }
  /// Whole elements, the last ones perhaps missing.
  [[nodiscard]] ASSAY_DEVICE std::size_t bytes_of(std::size_t packet) const {
    const std::size_t left =
        run_.task.count * run_.task.element_bytes - packet * Packet::data_bytes;
    return left < Packet::data_bytes ? left : Packet::data_bytes;
  }
  [[nodiscard]] ASSAY_DEVICE std::uint64_t load_input(std::size_t packet) const {
    const std::byte* from = run_.input + packet * Packet::data_bytes;
    const std::size_t bytes = bytes_of(packet);
    if (bytes == Packet::data_bytes && reinterpret_cast<std::uintptr_t>(from) % bytes == 0)
      return *reinterpret_cast<const std::uint64_t*>(from);
    std::uint64_t data = 0;
    for (std::size_t i = 0; i < bytes; ++i) data |= static_cast<std::uint64_t>(from[i]) << (8 * i);
    return data;
  }
  ASSAY_DEVICE void store_output(std::size_t packet, std::uint64_t data) const {
    std::byte* to = run_.output + packet * Packet::data_bytes;
    const std::size_t bytes = bytes_of(packet);
    if (bytes == Packet::data_bytes && reinterpret_cast<std::uintptr_t>(to) % bytes == 0) {
      *reinterpret_cast<std::uint64_t*>(to) = data;
      return;
    }
    for (std::size_t i = 0; i < bytes; ++i) to[i] = static_cast<std::byte>(data >> (8 * i));
  }

  /// To the peers from the next rank on, so that not all write to one at a time.
  ASSAY_DEVICE void send(std::size_t packet) const {
    const std::uint64_t data = load_input(packet);
    constexpr std::uint64_t low = 0xffffffffU;
    const std::uint64_t flag = std::uint64_t{number_} << 32;
    const Packet sent{{(data & low) | flag, (data >> 32) | flag}};
    for (int step = 1; step < run_.task.ranks; ++step) {
      const int peer = (run_.task.rank + step) % run_.task.ranks;
      Machine::store_packet(place(peer, run_.task.rank, packet), sent);
    }
  }

  /// One rank's; its own comes from its input.
  ASSAY_DEVICE bool take(int from, std::size_t packet, std::uint64_t& data) {
    if (from == run_.task.rank) {
      data = load_input(packet);
      return true;
    }
    Packet found{};
    const WaitEnd end = patience_.wait_until([&] {
      found = Machine::load_packet(place(run_.task.rank, from, packet));
      return found.words[0] >> 32 == number_ && found.words[1] >> 32 == number_;
    });
    if (end != WaitEnd::none) {
      missing_ = from;
      Machine::write(&limits_.verdicts[0], {end, run_.task.world_ranks[from], 0});
      return false;
    }
    data = (found.words[0] & 0xffffffffU) | found.words[1] << 32;
    return true;
  }

  template <class Format>
  ASSAY_DEVICE void receive(std::size_t packet) {
    Accumulator<Format> sum{run_.task.op};
    for (int from = 0; from < run_.task.ranks; ++from) {
      std::uint64_t data = 0;
      if (!take(from, packet, data)) return;
      sum.add({{static_cast<std::uint32_t>(data), static_cast<std::uint32_t>(data >> 32), 0, 0}},
              run_.task.factor(from));
    }
    const Vector result = sum.result(run_.task.divisor());
    store_output(packet, result.words[0] | static_cast<std::uint64_t>(result.words[1]) << 32);
  }

  Machine& machine_;
  const OneShotRun& run_;
  const Limits& limits_;
  Patience<Machine> patience_;
  std::uint32_t number_ = 0;
  std::size_t turn_ = 0;
  int missing_ = -1;  ///< the rank that this thread waited for in vain
};

}  // namespace assay::collectives::device
