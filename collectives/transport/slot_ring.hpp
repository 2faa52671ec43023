#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>

#include "collectives/transport.hpp"

namespace assay::collectives {

/// A link in memory that both ends can load and store: a ring of slots, each a header (sequence
/// number and length) right before its payload, so that a short message is one transfer of two
/// neighbouring cache lines. The transports `threads` and `shared_memory` differ only in where
/// this memory comes from.
///
/// The sender writes payload, length, then the sequence number (release); the receiver polls the
/// number of the slot it expects next (acquire), and publishes how many slots it gave back.
class SlotRing {
 public:
  /// Bytes that a ring of this shape takes, a multiple of `alignment`.
  [[nodiscard]] static std::size_t bytes(LinkShape shape) noexcept;
  static constexpr std::size_t alignment = 4096;  ///< a page: first touch places each ring

  /// Prepares `memory` (of `bytes(shape)`, aligned): to be called once, by the receiver.
  static void initialise(std::byte* memory, LinkShape shape) noexcept;

  /// The ends. `memory` must outlive them; `keep` holds whatever owns it.
  [[nodiscard]] static std::unique_ptr<Sender> sender(std::byte* memory, LinkShape shape,
                                                      std::shared_ptr<void> keep);
  [[nodiscard]] static std::unique_ptr<Receiver> receiver(std::byte* memory, LinkShape shape,
                                                          std::shared_ptr<void> keep);
};

}  // namespace assay::collectives
