#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "collectives/registered_memory.hpp"

namespace assay::collectives {

class Worker;

/// One direction between two ranks on one lane: a queue of messages, first in, first out.
struct Link {
  int from = 0;
  int to = 0;
  int lane = 0;

  friend auto operator<=>(const Link&, const Link&) = default;
};

/// How much a link holds in flight.
struct LinkShape {
  std::size_t slot_bytes = 0;  ///< the longest message
  int slots = 0;               ///< messages in flight
  /// Reads and writes the messages in place of this processor; null: none does. Of this rank alone.
  Worker* worker = nullptr;
};

/// The sending end of a link. Never blocks, allocates or throws.
class Sender {
 public:
  virtual ~Sender() = default;
  /// Room for the next message, of `bytes` (at most `slot_bytes`), aligned to 16 bytes or, from 64
  /// bytes on, to a cache line; null while all slots are in flight. Asking again without a commit
  /// gives room for the message that was asked for last.
  [[nodiscard]] virtual std::byte* try_acquire(std::size_t bytes) noexcept = 0;
  /// Sends the acquired room, of `bytes` as asked for; what was written to it before is visible
  /// to the receiver with the message. It may not arrive before `drained` was asked until it was
  /// true, and that may take a receiver that asks for messages.
  virtual void commit(std::size_t bytes) noexcept = 0;
  /// True once everything committed has left this rank's memory (always, where memory is shared).
  [[nodiscard]] virtual bool drained() noexcept = 0;
  /// Why the receiver cannot be reached any more; null: as far as is known, it can. To be asked
  /// where a wait takes long. The text lasts as long as the link.
  [[nodiscard]] virtual const char* failure() noexcept { return nullptr; }
};

/// The receiving end of a link. Never blocks, allocates or throws.
class Receiver {
 public:
  virtual ~Receiver() = default;
  /// The oldest message that was not released, or nothing while none has arrived.
  [[nodiscard]] virtual std::optional<std::span<const std::byte>> try_peek() noexcept = 0;
  /// Gives the oldest message's room back to the sender.
  virtual void release() noexcept = 0;
  /// The same of the sender.
  [[nodiscard]] virtual const char* failure() noexcept { return nullptr; }
};

/// This rank's ends of a set of links, in the order they were asked for.
struct LinkEnds {
  std::vector<std::unique_ptr<Sender>> senders;
  std::vector<std::unique_ptr<Receiver>> receivers;
  /// Of simulated ranks alone, else empty: blocks until something has moved on one of these ends,
  /// in place of polling, which costs a simulator more than all else. Has no deadline: a simulator
  /// sees by itself that nothing can move any more, and ends the run.
  std::function<void()> wait = {};
};

/// Moves messages between ranks. Memory ordering is its business alone: what was written before
/// `commit` is seen after `try_peek`.
class Transport {
 public:
  virtual ~Transport() = default;
  [[nodiscard]] virtual std::string_view name() const noexcept = 0;
  /// Collective over all ranks: opens the links that start and end at this rank. Every rank must
  /// name its own ends of the same set of links, with the same shape.
  /// Throws  Error if memory or connections are not to be had.
  [[nodiscard]] virtual LinkEnds open(std::span<const Link> outgoing,
                                      std::span<const Link> incoming, LinkShape shape) = 0;
  /// Whether it moves what lies in the memory of a GPU: then the slots are a worker's own memory,
  /// otherwise the host's that the worker is let into.
  [[nodiscard]] virtual bool moves_device_memory() const noexcept { return false; }
  /// Collective over all ranks: memory that every rank loads and stores directly, `bytes` on each.
  /// Null where this transport has no such thing.
  /// Throws  Error if the memory is not to be had.
  [[nodiscard]] virtual std::unique_ptr<RegisteredMemory> allocate_registered(
      std::size_t bytes) = 0;
};

}  // namespace assay::collectives
