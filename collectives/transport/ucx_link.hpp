#pragma once

#include <cstdint>
#include <memory>

#include "collectives/transport.hpp"
#include "collectives/transport/ucx_rail.hpp"

namespace assay::collectives {

/// The ends of a link over UCX. The sender's slots have the same layout as the receiver's: short
/// messages go as active messages, which the receiver copies into its slot; others are put there,
/// followed by their header. The receiver puts the number of messages that it gave back into the
/// sender's memory.

/// What an end needs, and knows of the other one.
struct UcxLinkEnd {
  std::shared_ptr<UcxRail> rail;
  UcxEndpoint* endpoint = nullptr;
  UcxSlots slots;               ///< its own
  std::uint64_t peer_base = 0;  ///< where the other end's begin
  ucp_rkey_h peer_key = nullptr;
};

/// `inbox`: of the receiver.
[[nodiscard]] std::unique_ptr<Sender> make_ucx_sender(UcxLinkEnd end, std::uint32_t inbox);
[[nodiscard]] std::unique_ptr<Receiver> make_ucx_receiver(UcxLinkEnd end);

}  // namespace assay::collectives
