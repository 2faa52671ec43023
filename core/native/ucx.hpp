#pragma once

#include <ucp/api/ucp.h>
#include <ucs/debug/log_def.h>
#include <uct/api/uct.h>

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <mutex>
#include <set>
#include <source_location>
#include <span>
#include <string>
#include <vector>

#include "core/error.hpp"
#include "core/handle.hpp"

namespace assay::native {

/// Throws Error{"UCX", ...} unless `status` is UCS_OK.
inline void check_ucx(ucs_status_t status,
                      std::source_location where = std::source_location::current()) {
  if (status != UCS_OK) throw Error{"UCX", status, ucs_status_string(status), where};
}

struct UcxConfigTraits {
  using Native = ucp_config_t*;
  static Native null() noexcept { return nullptr; }
  static void destroy(Native native) noexcept { ucp_config_release(native); }
};
/// Owns what ucp_config_read found in the environment and in UCX's files.
using UcxConfig = Handle<UcxConfigTraits>;

struct UcxContextTraits {
  using Native = ucp_context_h;
  static Native null() noexcept { return nullptr; }
  static void destroy(Native native) noexcept { ucp_cleanup(native); }
};
using UcxContext = Handle<UcxContextTraits>;

struct UcxWorkerTraits {
  using Native = ucp_worker_h;
  static Native null() noexcept { return nullptr; }
  static void destroy(Native native) noexcept { ucp_worker_destroy(native); }
};
/// With its endpoints, however they are.
using UcxWorker = Handle<UcxWorkerTraits>;

struct UcxMemoryTraits {
  struct Native {
    ucp_context_h context;
    ucp_mem_h handle;
    friend bool operator==(const Native&, const Native&) = default;
  };
  static Native null() noexcept { return {nullptr, nullptr}; }
  static void destroy(Native native) noexcept { ucp_mem_unmap(native.context, native.handle); }
};
/// Registered memory, which goes with it if ucp_mem_map allocated it. The context must outlive it.
using UcxMemory = Handle<UcxMemoryTraits>;

struct UcxRemoteKeyTraits {
  using Native = ucp_rkey_h;
  static Native null() noexcept { return nullptr; }
  static void destroy(Native native) noexcept { ucp_rkey_destroy(native); }
};
/// The worker must outlive it.
using UcxRemoteKey = Handle<UcxRemoteKeyTraits>;

inline std::vector<std::byte> to_bytes(const void* data, std::size_t bytes) {
  const auto* begin = static_cast<const std::byte*>(data);
  return {begin, begin + bytes};
}

/// Where a worker can be reached.
inline std::vector<std::byte> ucx_address(ucp_worker_h worker) {
  ucp_address_t* address = nullptr;
  std::size_t bytes = 0;
  check_ucx(ucp_worker_get_address(worker, &address, &bytes));
  auto copy = to_bytes(address, bytes);
  ucp_worker_release_address(worker, address);
  return copy;
}

/// What a peer needs to reach into registered memory.
inline std::vector<std::byte> ucx_packed_key(const UcxMemory& memory) {
  void* key = nullptr;
  std::size_t bytes = 0;
  check_ucx(ucp_rkey_pack(memory.get().context, memory.get().handle, &key, &bytes));
  auto copy = to_bytes(key, bytes);
  ucp_rkey_buffer_release(key);
  return copy;
}

/// What a function of UCX writes to a stream.
template <class Print>
std::string ucx_printed(Print print) {
  struct Free {
    void operator()(char* text) const noexcept { std::free(text); }
  };
  char* printed = nullptr;
  std::size_t bytes = 0;
  std::FILE* stream = ::open_memstream(&printed, &bytes);
  if (stream == nullptr) throw_system_error("open_memstream");
  print(stream);
  std::fclose(stream);
  const std::unique_ptr<char, Free> owner{printed};
  return {printed, bytes};
}

/// The value of one of UCX's settings, as it would be given in the environment (UCX_TLS, ...).
inline std::string ucx_setting(const UcxConfig& config, const std::string& name) {
  const std::string all =
      "\n" + ucx_printed([&](std::FILE* stream) {
        ucp_config_print(config.get(), stream, nullptr, UCS_CONFIG_PRINT_CONFIG);
      });
  const std::size_t line = all.find("\n" + name + "=");
  if (line == std::string::npos) return "";
  const std::size_t begin = line + name.size() + 2;
  return all.substr(begin, all.find('\n', begin) - begin);
}

/// Whether memory or a network device carries out an endpoint's puts, as far as UCX says: without
/// that it sends messages in their place. There is no call to ask for it; UCX 1.13 lists the lanes
/// for puts of endpoints that have any.
inline bool ucx_has_puts(ucp_ep_h endpoint) {
  const std::string lanes =
      ucx_printed([&](std::FILE* stream) { ucp_ep_print_info(endpoint, stream); });
  return lanes.find(" put[") != std::string::npos;
}

/// The network devices that UCX finds on this machine, whatever its settings leave out of them.
inline std::set<std::string> ucx_network_devices() {
  uct_component_h* components = nullptr;
  unsigned component_count = 0;
  check_ucx(uct_query_components(&components, &component_count));
  const std::unique_ptr<uct_component_h, void (*)(uct_component_h*)> owner{
      components, uct_release_component_list};
  std::set<std::string> devices;
  for (const uct_component_h component : std::span{components, component_count}) {
    uct_component_attr_t attributes = {};
    attributes.field_mask = UCT_COMPONENT_ATTR_FIELD_MD_RESOURCE_COUNT;
    check_ucx(uct_component_query(component, &attributes));
    std::vector<uct_md_resource_desc_t> domains(attributes.md_resource_count);
    attributes.field_mask = UCT_COMPONENT_ATTR_FIELD_MD_RESOURCES;
    attributes.md_resources = domains.data();
    check_ucx(uct_component_query(component, &attributes));
    for (const uct_md_resource_desc_t& domain : domains) {
      uct_md_config_t* config = nullptr;
      if (uct_md_config_read(component, nullptr, nullptr, &config) != UCS_OK) continue;
      uct_md_h opened = nullptr;
      const ucs_status_t status = uct_md_open(component, domain.md_name, config, &opened);
      uct_config_release(config);
      if (status != UCS_OK) continue;  // hardware that is not there, or not ours
      uct_tl_resource_desc_t* resources = nullptr;
      unsigned count = 0;
      if (uct_md_query_tl_resources(opened, &resources, &count) == UCS_OK) {
        for (const uct_tl_resource_desc_t& resource : std::span{resources, count})
          if (resource.dev_type == UCT_DEVICE_TYPE_NET) devices.insert(resource.dev_name);
        uct_release_tl_resource_list(resources);
      }
      uct_md_close(opened);
    }
  }
  return devices;
}

/// While it lives, what UCX has to say of calls that fail does not reach the terminal: their
/// statuses say it to us. Of all threads.
class UcxSilence {
 public:
  UcxSilence() {
    const std::scoped_lock lock{handlers()};
    ucs_log_push_handler(ignore);
  }
  UcxSilence(const UcxSilence&) = delete;
  UcxSilence& operator=(const UcxSilence&) = delete;
  ~UcxSilence() {
    const std::scoped_lock lock{handlers()};
    ucs_log_pop_handler();
  }

 private:
  /// UCX keeps its list of handlers without a lock of its own.
  static std::mutex& handlers() {
    static std::mutex mutex;
    return mutex;
  }
  static ucs_log_func_rc_t ignore(const char*, unsigned, const char*, ucs_log_level_t level,
                                  const ucs_log_component_config_t*, const char*, va_list) {
    return level <= UCS_LOG_LEVEL_FATAL ? UCS_LOG_FUNC_RC_CONTINUE : UCS_LOG_FUNC_RC_STOP;
  }
};

}  // namespace assay::native
