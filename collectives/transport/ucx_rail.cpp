#include "collectives/transport/ucx_rail.hpp"

#include <fmt/format.h>

#include <atomic>
#include <cstring>

#include "core/clock.hpp"
#include "core/error.hpp"

namespace assay::collectives {

namespace {

/// To part from all peers in good order. Who is gone, or busy with other things, does not answer.
constexpr Seconds farewell{1.0};

native::UcxConfig read_config(const std::string& device) {
  ucp_config_t* config = nullptr;
  native::check_ucx(ucp_config_read(nullptr, nullptr, &config));
  native::UcxConfig owner{config};
  if (!device.empty()) native::check_ucx(ucp_config_modify(config, "NET_DEVICES", device.c_str()));
  return owner;
}

ucs_status_t make_context(const native::UcxConfig& config, int ranks, ucp_context_h* context) {
  ucp_params_t parameters = {};
  parameters.field_mask = UCP_PARAM_FIELD_FEATURES | UCP_PARAM_FIELD_ESTIMATED_NUM_EPS;
  parameters.features = UCP_FEATURE_RMA | UCP_FEATURE_AM;
  parameters.estimated_num_eps = static_cast<std::size_t>(ranks);
  return ucp_init(&parameters, config.get(), context);
}

ucs_status_t make_worker(ucp_context_h context, ucp_worker_h* worker) {
  ucp_worker_params_t parameters = {};
  parameters.field_mask = UCP_WORKER_PARAM_FIELD_THREAD_MODE;
  parameters.thread_mode = UCS_THREAD_MODE_SINGLE;
  return ucp_worker_create(context, &parameters, worker);
}

}  // namespace

UcxRail::UcxRail(const std::string& device, int rank, int ranks)
    : rank_{rank},
      config_{read_config(device)},
      endpoints_(static_cast<std::size_t>(ranks)),
      greeted_(static_cast<std::size_t>(ranks), false) {
  const native::UcxSilence silence;
  ucp_context_h context = nullptr;
  ucs_status_t status = make_context(config_, ranks, &context);
  context_ = native::UcxContext{context};
  ucp_worker_h worker = nullptr;
  if (status == UCS_OK) status = make_worker(context, &worker);
  worker_ = native::UcxWorker{worker};
  if (status != UCS_OK)
    throw UnavailableError{fmt::format("UCX has no transport on this machine: {} ({})",
                                       ucs_status_string(status), tried())};
  handle(UcxMessage::greeting, on_greeting);
  handle(UcxMessage::data, on_data);
  handle(UcxMessage::returned, on_returned);
}

UcxRail::~UcxRail() {
  const native::UcxSilence silence;  // about peers that went first
  const auto deadline = Deadline::after(farewell);
  keys_.clear();
  for (const auto& endpoint : endpoints_)
    if (endpoint) endpoint->close(worker_.get(), deadline);
  worker_ = native::UcxWorker{};
}

UcxEndpoint& UcxRail::connect(int peer, const std::string& host,
                              const std::vector<std::byte>& address, bool may_fail) {
  auto& endpoint = endpoints_[static_cast<std::size_t>(peer)];
  if (endpoint) return *endpoint;
  try {
    endpoint = std::make_unique<UcxEndpoint>(worker_.get(), peer, host, address, may_fail);
  } catch (const UnavailableError& problem) {
    throw UnavailableError{fmt::format("{} ({})", problem.what(), tried())};
  }
  endpoint->send(*add_pending(*endpoint, 1), UcxMessage::greeting, &rank_, sizeof rank_, nullptr,
                 0);
  return *endpoint;
}

bool UcxRail::has_met(int peer) const {
  const auto index = static_cast<std::size_t>(peer);
  return greeted_[index] && endpoints_[index] && !endpoints_[index]->is_busy();
}

const UcxRail::Region& UcxRail::allocate(std::size_t bytes, Worker* worker) {
  ucp_mem_map_params_t parameters = {};
  parameters.field_mask = UCP_MEM_MAP_PARAM_FIELD_LENGTH | UCP_MEM_MAP_PARAM_FIELD_FLAGS |
                          UCP_MEM_MAP_PARAM_FIELD_MEMORY_TYPE;
  parameters.length = bytes;
  parameters.flags = UCP_MEM_MAP_ALLOCATE;  // memory that it shares, where it can
  parameters.memory_type = UCS_MEMORY_TYPE_HOST;
  ucp_mem_h handle = nullptr;
  native::check_ucx(ucp_mem_map(context_.get(), &parameters, &handle));
  Region& region = regions_.emplace_back(Region{native::UcxMemory{{context_.get(), handle}}});
  ucp_mem_attr_t attributes = {};
  attributes.field_mask = UCP_MEM_ATTR_FIELD_ADDRESS;
  native::check_ucx(ucp_mem_query(handle, &attributes));
  region.base = static_cast<std::byte*>(attributes.address);
  std::memset(region.base, 0, bytes);
  if (worker != nullptr) region.admission = worker->admit(region.base, bytes);
  return region;
}

std::byte* UcxRail::allocate_rooms(std::size_t bytes, Worker& worker) {
  return rooms_.emplace_back(worker.allocate(bytes)).get();
}

ucp_rkey_h UcxRail::unpack(const UcxEndpoint& endpoint, const std::vector<std::byte>& packed_key) {
  return keys_.emplace_back(endpoint.unpack(packed_key)).get();
}

bool UcxRail::moves(MemoryKind kind) const {
  if (kind == MemoryKind::host) return true;
  ucp_context_attr_t attributes = {};
  attributes.field_mask = UCP_ATTR_FIELD_MEMORY_TYPES;
  native::check_ucx(ucp_context_query(context_.get(), &attributes));
  return (attributes.memory_types & UCS_BIT(UCS_MEMORY_TYPE_CUDA)) != 0;
}

std::uint32_t UcxRail::add_end(const UcxSlots& slots) {
  ends_.push_back(slots);
  arrivals_.emplace_back(slots.count());
  return static_cast<std::uint32_t>(ends_.size() - 1);
}

UcxPending* UcxRail::add_pending(UcxEndpoint& endpoint, std::size_t slots) {
  return pending_.emplace_back(slots, UcxPending{&endpoint}).data();
}

void UcxRail::handle(UcxMessage kind, ucp_am_recv_callback_t callback) {
  ucp_am_handler_param_t parameters = {};
  parameters.field_mask = UCP_AM_HANDLER_PARAM_FIELD_ID | UCP_AM_HANDLER_PARAM_FIELD_CB |
                          UCP_AM_HANDLER_PARAM_FIELD_ARG;
  parameters.id = static_cast<unsigned>(kind);
  parameters.cb = callback;
  parameters.arg = this;
  native::check_ucx(ucp_worker_set_am_recv_handler(worker_.get(), &parameters));
}

ucs_status_t UcxRail::on_data(void* self, const void* header, std::size_t /*header_bytes*/,
                              void* data, std::size_t bytes, const ucp_am_recv_param_t* how) {
  UcxWord word;
  std::memcpy(&word, header, sizeof word);
  auto& rail = *static_cast<UcxRail*>(self);
  const UcxSlots& slots = rail.ends_[word.end];
  if ((how->recv_attr & UCP_AM_RECV_ATTR_FLAG_RNDV) != 0) {
    Arrival& arrival = rail.arrivals_[word.end][word.slot];
    arrival = {&slots.header(word.slot), word.value};
    ucp_request_param_t fetch = {};
    fetch.op_attr_mask = UCP_OP_ATTR_FIELD_CALLBACK | UCP_OP_ATTR_FIELD_USER_DATA;
    fetch.cb.recv_am = on_fetched;
    fetch.user_data = &arrival;
    const ucs_status_ptr_t request =
        ucp_am_recv_data_nbx(rail.worker_.get(), data, slots.room(word.slot), bytes, &fetch);
    if (request != nullptr) return UCS_PTR_IS_ERR(request) ? UCS_OK : UCS_INPROGRESS;
    arrival.header->message.value = arrival.value;
    return UCS_OK;
  }
  if (bytes > 0) std::memcpy(slots.room(word.slot), data, bytes);
  slots.header(word.slot).message.value = word.value;
  return UCS_OK;
}

/// A failure is the sender's to tell, and this rank's wait has its deadline.
void UcxRail::on_fetched(void* request, ucs_status_t status, std::size_t /*bytes*/, void* arrived) {
  const auto& arrival = *static_cast<const Arrival*>(arrived);
  if (status == UCS_OK) arrival.header->message.value = arrival.value;
  ucp_request_free(request);
}

ucs_status_t UcxRail::on_returned(void* self, const void* header, std::size_t /*header_bytes*/,
                                  void* /*data*/, std::size_t /*bytes*/,
                                  const ucp_am_recv_param_t* /*how*/) {
  UcxWord word;
  std::memcpy(&word, header, sizeof word);
  static_cast<UcxRail*>(self)->ends_[word.end].returned() = word.value;
  return UCS_OK;
}

ucs_status_t UcxRail::on_greeting(void* self, const void* header, std::size_t /*header_bytes*/,
                                  void* /*data*/, std::size_t /*bytes*/,
                                  const ucp_am_recv_param_t* /*how*/) {
  int peer = 0;
  std::memcpy(&peer, header, sizeof peer);
  static_cast<UcxRail*>(self)->greeted_[static_cast<std::size_t>(peer)] = true;
  return UCS_OK;
}

std::string UcxRail::tried() const {
  return fmt::format("tried UCX_TLS={}, UCX_NET_DEVICES={}",
                     native::ucx_setting(config_, "UCX_TLS"),
                     native::ucx_setting(config_, "UCX_NET_DEVICES"));
}

}  // namespace assay::collectives
