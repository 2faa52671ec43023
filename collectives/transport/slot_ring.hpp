#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>

#include "collectives/transport.hpp"

namespace assay::collectives {

/// A link in memory that both ends can load and store: a header for each message in flight
/// (sequence number, length, and the message itself where it is short: one transfer of one cache
/// line, or a few neighbouring ones), and a ring of room for the others. The transports `threads`
/// and `shared_memory` differ only in where this memory comes from.
///
/// The sender writes payload, length, then the sequence number (release); the receiver polls the
/// number of the header it expects next (acquire), and publishes how many messages it gave back.
///
/// The room is much larger than what is in flight, and messages go round in it: a line that the
/// receiver still has in its own cache costs the sender more than twice as much to write as one
/// that has moved on to the shared cache (measured on Zen 4: 7 ns against 3, where a read of the
/// other's line takes 2).
class SlotRing {
 public:
  /// Bytes that one of a receiver's `links` rings takes, a multiple of `alignment`.
  [[nodiscard]] static std::size_t bytes(LinkShape shape, std::size_t links) noexcept;
  static constexpr std::size_t alignment = 4096;  ///< a page: first touch places each ring

  /// Prepares `memory` (of `bytes(shape, links)`, aligned): to be called once, by the receiver.
  static void initialise(std::byte* memory, LinkShape shape) noexcept;

  /// The ends. `memory` must outlive them; `keep` holds whatever owns it. `links`: of the receiver.
  [[nodiscard]] static std::unique_ptr<Sender> sender(std::byte* memory, LinkShape shape,
                                                      std::size_t links,
                                                      std::shared_ptr<void> keep);
  [[nodiscard]] static std::unique_ptr<Receiver> receiver(std::byte* memory, LinkShape shape,
                                                          std::size_t links,
                                                          std::shared_ptr<void> keep);
};

}  // namespace assay::collectives
