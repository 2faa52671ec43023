#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "core/clock.hpp"
#include "core/native/ucx.hpp"

namespace assay::collectives {

class UcxEndpoint;

/// Operations of one slot that UCX still works on.
struct UcxPending {
  UcxEndpoint* endpoint = nullptr;
  int operations = 0;
};

/// Which messages an endpoint sends, as the worker at the other end tells them apart.
enum class UcxMessage : unsigned { greeting, data, returned };

/// The way to one peer over one rail. Stays where it is until the rail ends. What an operation
/// reads must stay as it is until its `pending` has none left.
class UcxEndpoint {
 public:
  /// `may_fail`: UCX is to notice when the peer fails, for which it leaves aside the memory that
  /// both share (UCX 1.13: such transports cannot tell).
  /// Throws  UnavailableError if UCX has no way to it.
  UcxEndpoint(ucp_worker_h worker, int peer, std::string host,
              const std::vector<std::byte>& address, bool may_fail);
  UcxEndpoint(const UcxEndpoint&) = delete;
  UcxEndpoint& operator=(const UcxEndpoint&) = delete;

  /// How the data of a message go: with it, or fetched by the peer once it knows where to, which is
  /// how UCX moves what lies on GPUs.
  enum class Data { eager, fetched };
  /// `header` and what follows it go to the peer's handler of such messages.
  void send(UcxPending& pending, UcxMessage kind, const void* header, std::size_t header_bytes,
            const std::byte* data, std::size_t bytes, Data how = Data::eager) noexcept;
  /// Into the peer's registered memory.
  void put(UcxPending& pending, const void* source, std::size_t bytes, std::uint64_t target,
           ucp_rkey_h key) noexcept;
  /// The right to write to what the peer registered.
  [[nodiscard]] native::UcxRemoteKey unpack(const std::vector<std::byte>& packed_key) const;
  /// Whether puts are more than messages in disguise. Those are slower than messages; and UCX 1.13
  /// ends the process where it cannot answer one, as the peer has failed in the meantime.
  /// Precondition: the peer has been met.
  [[nodiscard]] bool has_puts() const { return native::ucx_has_puts(native_); }
  /// Ends it, in good order if that takes no longer than until `deadline`.
  void close(ucp_worker_h worker, Deadline deadline) noexcept;

  /// True while UCX needs memory of ours.
  [[nodiscard]] bool is_busy() const noexcept { return outstanding_ > 0; }
  /// Why nothing goes this way any more; null: it does.
  [[nodiscard]] const char* failure() const noexcept {
    return failure_.empty() ? nullptr : failure_.c_str();
  }

 private:
  static void on_error(void* self, ucp_ep_h endpoint, ucs_status_t status);
  static void on_done(void* request, ucs_status_t status, void* pending);
  [[nodiscard]] static ucp_request_param_t parameters(UcxPending& pending) noexcept;
  void note(UcxPending& pending, ucs_status_ptr_t request) noexcept;
  void fail(ucs_status_t status);

  ucp_ep_h native_ = nullptr;
  std::string host_;
  std::string failure_;
  int outstanding_ = 0;
};

}  // namespace assay::collectives
