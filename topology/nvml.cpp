#include "topology/nvml.hpp"

#include <dlfcn.h>
#include <fmt/format.h>

#include <array>

namespace assay::topology {

using native::NvmlCalls;
using native::NvmlDevice;
using native::NvmlStatus;

namespace {

constexpr const char* library_name = "libnvidia-ml.so.1";

/// Looks up one call after the other.
class Loader {
 public:
  explicit Loader(void* library) : library_{library} {}
  /// `former` is its name in older libraries.
  template <class Function>
  void load(Function& call, const char* name, const char* former = nullptr) {
    // dlsym's own way: POSIX guarantees that its result is a function's address there.
    call = reinterpret_cast<Function>(::dlsym(library_, name));
    if (call == nullptr && former != nullptr)
      call = reinterpret_cast<Function>(::dlsym(library_, former));
    if (call == nullptr) missing_.emplace_back(name);
  }
  [[nodiscard]] std::vector<std::string> missing() && { return std::move(missing_); }

 private:
  void* library_;
  std::vector<std::string> missing_;
};

std::vector<std::string> load_all(void* library, NvmlCalls& calls) {
  Loader loader{library};
  loader.load(calls.init, "nvmlInit_v2");
  loader.load(calls.shutdown, "nvmlShutdown");
  loader.load(calls.error_string, "nvmlErrorString");
  loader.load(calls.driver_version, "nvmlSystemGetDriverVersion");
  loader.load(calls.library_version, "nvmlSystemGetNVMLVersion");
  loader.load(calls.device_count, "nvmlDeviceGetCount_v2");
  loader.load(calls.device_by_index, "nvmlDeviceGetHandleByIndex_v2");
  loader.load(calls.name, "nvmlDeviceGetName");
  loader.load(calls.uuid, "nvmlDeviceGetUUID");
  loader.load(calls.pci_info, "nvmlDeviceGetPciInfo_v3");
  loader.load(calls.compute_capability, "nvmlDeviceGetCudaComputeCapability");
  loader.load(calls.pcie_generation, "nvmlDeviceGetCurrPcieLinkGeneration");
  loader.load(calls.pcie_width, "nvmlDeviceGetCurrPcieLinkWidth");
  loader.load(calls.pcie_generation_at_most, "nvmlDeviceGetMaxPcieLinkGeneration");
  loader.load(calls.pcie_width_at_most, "nvmlDeviceGetMaxPcieLinkWidth");
  loader.load(calls.pcie_replays, "nvmlDeviceGetPcieReplayCounter");
  loader.load(calls.link_state, "nvmlDeviceGetNvLinkState");
  loader.load(calls.link_version, "nvmlDeviceGetNvLinkVersion");
  loader.load(calls.link_remote, "nvmlDeviceGetNvLinkRemotePciInfo_v2");
  loader.load(calls.link_errors, "nvmlDeviceGetNvLinkErrorCounter");
  loader.load(calls.memory, "nvmlDeviceGetMemoryInfo");
  loader.load(calls.ecc_mode, "nvmlDeviceGetEccMode");
  loader.load(calls.ecc_errors, "nvmlDeviceGetTotalEccErrors");
  loader.load(calls.remapped_rows, "nvmlDeviceGetRemappedRows");
  loader.load(calls.retired_pages, "nvmlDeviceGetRetiredPages");
  loader.load(calls.retired_pages_pending, "nvmlDeviceGetRetiredPagesPendingStatus");
  loader.load(calls.clock, "nvmlDeviceGetClockInfo");
  loader.load(calls.clock_at_most, "nvmlDeviceGetMaxClockInfo");
  loader.load(calls.power_limit, "nvmlDeviceGetPowerManagementLimit");
  loader.load(calls.default_power_limit, "nvmlDeviceGetPowerManagementDefaultLimit");
  loader.load(calls.power, "nvmlDeviceGetPowerUsage");
  loader.load(calls.temperature, "nvmlDeviceGetTemperature");
  loader.load(calls.throttle_reasons, "nvmlDeviceGetCurrentClocksEventReasons",
              "nvmlDeviceGetCurrentClocksThrottleReasons");
  loader.load(calls.mig_mode, "nvmlDeviceGetMigMode");
  loader.load(calls.event_set_create, "nvmlEventSetCreate");
  loader.load(calls.event_set_free, "nvmlEventSetFree");
  loader.load(calls.event_set_wait, "nvmlEventSetWait_v2");
  loader.load(calls.register_events, "nvmlDeviceRegisterEvents");
  return std::move(loader).missing();
}

using Text = std::array<char, native::nvml_text_length>;

std::string text_of(NvmlStatus (*call)(char*, unsigned)) {
  Text text{};
  if (call == nullptr || call(text.data(), text.size()) != NvmlStatus::success) return "";
  return text.data();
}

}  // namespace

void Nvml::LibraryTraits::destroy(Native native) noexcept { ::dlclose(native); }

std::optional<Nvml> Nvml::open(std::string& why_not) {
  Library library{::dlopen(library_name, RTLD_NOW | RTLD_LOCAL)};
  if (!library) {
    why_not = fmt::format("no NVML: {}", ::dlerror());
    return std::nullopt;
  }
  Nvml nvml{std::move(library)};
  nvml.missing_ = load_all(nvml.library_.get(), nvml.calls_);
  for (const char* needed :
       {"nvmlInit_v2", "nvmlDeviceGetCount_v2", "nvmlDeviceGetHandleByIndex_v2"})
    for (const std::string& name : nvml.missing_)
      if (name == needed) {
        why_not = fmt::format("{} lacks {}", library_name, needed);
        return std::nullopt;
      }
  const NvmlStatus status = nvml.calls_.init();
  if (status != NvmlStatus::success) {
    why_not = fmt::format("NVML does not start: {}", nvml.meaning(status));
    return std::nullopt;
  }
  nvml.initialised_ = true;
  return nvml;
}

Nvml::~Nvml() {
  if (initialised_ && calls_.shutdown != nullptr) calls_.shutdown();
}

Nvml::Nvml(Nvml&& other) noexcept
    : library_{std::move(other.library_)},
      calls_{other.calls_},
      missing_{std::move(other.missing_)},
      initialised_{std::exchange(other.initialised_, false)} {}

Nvml& Nvml::operator=(Nvml&& other) noexcept {
  std::swap(library_, other.library_);
  std::swap(calls_, other.calls_);
  std::swap(missing_, other.missing_);
  std::swap(initialised_, other.initialised_);
  return *this;
}

std::string Nvml::driver() const { return text_of(calls_.driver_version); }
std::string Nvml::version() const { return text_of(calls_.library_version); }

std::vector<NvmlDevice> Nvml::devices() const {
  unsigned count = 0;
  if (calls_.device_count(&count) != NvmlStatus::success) return {};
  std::vector<NvmlDevice> found(count, nullptr);
  for (unsigned index = 0; index < count; ++index)
    if (calls_.device_by_index(index, &found[index]) != NvmlStatus::success) found[index] = nullptr;
  return found;
}

std::string Nvml::meaning(NvmlStatus status) const {
  if (calls_.error_string == nullptr) return fmt::format("status {}", static_cast<int>(status));
  return calls_.error_string(status);
}

}  // namespace assay::topology
