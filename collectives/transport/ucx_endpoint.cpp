#include "collectives/transport/ucx_endpoint.hpp"

#include <fmt/format.h>

#include <utility>

#include "core/error.hpp"

namespace assay::collectives {

UcxEndpoint::UcxEndpoint(ucp_worker_h worker, int peer, std::string host,
                         const std::vector<std::byte>& address, bool may_fail)
    : host_{std::move(host)} {
  ucp_ep_params_t parameters = {};
  parameters.field_mask = UCP_EP_PARAM_FIELD_REMOTE_ADDRESS | UCP_EP_PARAM_FIELD_ERR_HANDLING_MODE |
                          UCP_EP_PARAM_FIELD_ERR_HANDLER;
  parameters.address = reinterpret_cast<const ucp_address_t*>(address.data());
  parameters.err_mode = may_fail ? UCP_ERR_HANDLING_MODE_PEER : UCP_ERR_HANDLING_MODE_NONE;
  parameters.err_handler = {on_error, this};
  const native::UcxSilence silence;
  const ucs_status_t status = ucp_ep_create(worker, &parameters, &native_);
  if (status != UCS_OK)
    throw UnavailableError{
        fmt::format("UCX has no way to rank {} on {}: {}", peer, host_, ucs_status_string(status))};
}

void UcxEndpoint::send(UcxPending& pending, UcxMessage kind, const void* header,
                       std::size_t header_bytes, const std::byte* data, std::size_t bytes,
                       Data how) noexcept {
  ucp_request_param_t all = parameters(pending);
  all.op_attr_mask |= UCP_OP_ATTR_FIELD_FLAGS;
  all.flags = how == Data::fetched ? UCP_AM_SEND_FLAG_RNDV : UCP_AM_SEND_FLAG_EAGER;
  note(pending, ucp_am_send_nbx(native_, static_cast<unsigned>(kind), header, header_bytes, data,
                                bytes, &all));
}

void UcxEndpoint::put(UcxPending& pending, const void* source, std::size_t bytes,
                      std::uint64_t target, ucp_rkey_h key) noexcept {
  const ucp_request_param_t how = parameters(pending);
  note(pending, ucp_put_nbx(native_, source, bytes, target, key, &how));
}

native::UcxRemoteKey UcxEndpoint::unpack(const std::vector<std::byte>& packed_key) const {
  ucp_rkey_h key = nullptr;
  native::check_ucx(ucp_ep_rkey_unpack(native_, packed_key.data(), &key));
  return native::UcxRemoteKey{key};
}

void UcxEndpoint::close(ucp_worker_h worker, Deadline deadline) noexcept {
  ucp_request_param_t how = {};
  how.op_attr_mask = UCP_OP_ATTR_FIELD_FLAGS;
  how.flags = failure_.empty() ? 0 : UCP_EP_CLOSE_FLAG_FORCE;
  const ucs_status_ptr_t request = ucp_ep_close_nbx(native_, &how);
  if (request == nullptr || UCS_PTR_IS_ERR(request)) return;
  while (ucp_request_check_status(request) == UCS_INPROGRESS && !deadline.passed())
    ucp_worker_progress(worker);
  ucp_request_free(request);
}

ucp_request_param_t UcxEndpoint::parameters(UcxPending& pending) noexcept {
  ucp_request_param_t parameters = {};
  parameters.op_attr_mask = UCP_OP_ATTR_FIELD_CALLBACK | UCP_OP_ATTR_FIELD_USER_DATA;
  parameters.cb.send = on_done;
  parameters.user_data = &pending;
  return parameters;
}

void UcxEndpoint::note(UcxPending& pending, ucs_status_ptr_t request) noexcept {
  if (request == nullptr) return;  // done at once
  if (UCS_PTR_IS_ERR(request)) {
    fail(UCS_PTR_STATUS(request));
    return;
  }
  ++pending.operations;
  ++outstanding_;
}

void UcxEndpoint::on_error(void* self, ucp_ep_h /*endpoint*/, ucs_status_t status) {
  static_cast<UcxEndpoint*>(self)->fail(status);
}

void UcxEndpoint::on_done(void* request, ucs_status_t status, void* user_data) {
  auto& pending = *static_cast<UcxPending*>(user_data);
  --pending.operations;
  --pending.endpoint->outstanding_;
  if (status != UCS_OK) pending.endpoint->fail(status);
  ucp_request_free(request);
}

void UcxEndpoint::fail(ucs_status_t status) {
  if (failure_.empty())
    failure_ = fmt::format("UCX lost the way to {}: {}", host_, ucs_status_string(status));
}

}  // namespace assay::collectives
