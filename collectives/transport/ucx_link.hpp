#pragma once

#include <cstdint>
#include <memory>

#include "collectives/transport.hpp"
#include "collectives/transport/ucx_rail.hpp"

namespace assay::collectives {

// The ends of a link over UCX. The sender's slots have the same layout as the receiver's. Where
// memory or a network device carries out puts, long messages are put into the receiver's slot,
// followed by their header, and the receiver puts the number of messages that it gave back into the
// sender's memory. Short messages, and all where puts would be messages anyway (TCP), go as active
// messages, which the receiver copies into its slot. What is in a worker's own memory goes as
// active messages whose data the receiver fetches, as UCX alone reaches both ends of it.

/// What an end needs, and knows of the other one.
struct UcxLinkEnd {
  std::shared_ptr<UcxRail> rail;
  UcxEndpoint* endpoint = nullptr;
  UcxSlots slots;               ///< its own
  std::uint64_t peer_base = 0;  ///< where the other end's begin
  ucp_rkey_h peer_key = nullptr;
  std::uint32_t peer_end = 0;  ///< what the other end goes by there
};

[[nodiscard]] std::unique_ptr<Sender> make_ucx_sender(UcxLinkEnd end);
[[nodiscard]] std::unique_ptr<Receiver> make_ucx_receiver(UcxLinkEnd end);

}  // namespace assay::collectives
