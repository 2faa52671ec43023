#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <vector>

#include "collectives/transport/ucx_endpoint.hpp"
#include "collectives/transport/ucx_slots.hpp"
#include "collectives/worker.hpp"
#include "core/native/ucx.hpp"

namespace assay::collectives {

/// One context and one worker of UCX, on one network device or on all that UCX finds, with the
/// endpoints of its peers and all memory that they reach into. That memory stays until nothing can
/// arrive any more, which is when the worker is gone. For one thread.
class UcxRail {
 public:
  /// `device`: a name of UCX's; empty: what its settings say.
  /// Throws  UnavailableError that says what was tried, if UCX has no transport.
  UcxRail(const std::string& device, int rank, int ranks);
  UcxRail(const UcxRail&) = delete;
  UcxRail& operator=(const UcxRail&) = delete;
  /// Takes a second at most, if peers do not answer any more.
  ~UcxRail();

  /// Where peers reach this rank.
  [[nodiscard]] std::vector<std::byte> address() const {
    return native::ucx_address(worker_.get());
  }
  /// The way to a peer; where there was none, it is made and the peer is greeted.
  /// Throws  UnavailableError that says what was tried, if UCX has none.
  UcxEndpoint& connect(int peer, const std::string& host, const std::vector<std::byte>& address,
                       bool may_fail);
  /// True once a peer's greeting has come and ours has left.
  [[nodiscard]] bool has_met(int peer) const;

  struct Region {
    native::UcxMemory memory;
    std::byte* base = nullptr;
    std::shared_ptr<void> admission = {};  ///< of a worker; goes first
  };
  /// Registered memory of the host, zeroed; `worker`, where there is one, is let into it.
  [[nodiscard]] const Region& allocate(std::size_t bytes, Worker* worker);
  /// Rooms in a worker's own memory, which stay as long as regions do.
  [[nodiscard]] std::byte* allocate_rooms(std::size_t bytes, Worker& worker);
  [[nodiscard]] ucp_rkey_h unpack(const UcxEndpoint& endpoint,
                                  const std::vector<std::byte>& packed_key);
  /// Whether UCX moves what lies in memory of that kind.
  [[nodiscard]] bool moves(MemoryKind kind) const;
  /// Active messages for the end of the number returned go to `slots`.
  [[nodiscard]] std::uint32_t add_end(const UcxSlots& slots);
  /// One for each slot of an end of a link.
  [[nodiscard]] UcxPending* add_pending(UcxEndpoint& endpoint, std::size_t slots);

  void progress() noexcept { ucp_worker_progress(worker_.get()); }
  /// What is put to a peer from now on arrives after what was put to it before.
  void fence() noexcept { ucp_worker_fence(worker_.get()); }

 private:
  void handle(UcxMessage kind, ucp_am_recv_callback_t callback);
  static ucs_status_t on_data(void* self, const void* header, std::size_t header_bytes, void* data,
                              std::size_t bytes, const ucp_am_recv_param_t* how);
  static void on_fetched(void* request, ucs_status_t status, std::size_t bytes, void* arrival);
  static ucs_status_t on_returned(void* self, const void* header, std::size_t header_bytes,
                                  void* data, std::size_t bytes, const ucp_am_recv_param_t* how);
  static ucs_status_t on_greeting(void* self, const void* header, std::size_t header_bytes,
                                  void* data, std::size_t bytes, const ucp_am_recv_param_t* how);
  [[nodiscard]] std::string tried() const;

  int rank_;
  native::UcxConfig config_;
  native::UcxContext context_;
  std::deque<Region> regions_;
  std::vector<std::shared_ptr<std::byte>> rooms_;
  native::UcxWorker worker_;
  std::vector<native::UcxRemoteKey> keys_;
  std::vector<std::unique_ptr<UcxEndpoint>> endpoints_;  ///< by rank; null where there is none
  std::vector<bool> greeted_;                            ///< by rank: its greeting has come
  /// A message whose data are being fetched.
  struct Arrival {
    UcxSlotHeader* header = nullptr;
    std::uint64_t value = 0;
  };

  std::vector<UcxSlots> ends_;
  std::deque<std::vector<Arrival>> arrivals_;  ///< by end and slot
  std::deque<std::vector<UcxPending>> pending_;
};

}  // namespace assay::collectives
