#include "topology/gpu.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>

namespace assay::topology {

using native::NvmlCalls;
using native::NvmlClock;
using native::NvmlDevice;
using native::NvmlStatus;

namespace {

constexpr double hertz_per_megahertz = 1e6;
constexpr double watts_per_milliwatt = 1e-3;

/// Asks one GPU; says "no" alike where the library lacks a call and where the GPU lacks the thing.
class Asker {
 public:
  Asker(const Nvml& nvml, NvmlDevice device) : calls_{nvml.calls()}, device_{device} {}

  [[nodiscard]] const NvmlCalls& calls() const { return calls_; }
  template <class Call, class... Arguments>
  [[nodiscard]] NvmlStatus ask(Call call, Arguments... arguments) const {
    return call == nullptr ? NvmlStatus::not_supported : call(device_, arguments...);
  }
  /// The value that a call gives by its last argument.
  template <class Value, class Call, class... Arguments>
  [[nodiscard]] std::optional<Value> get(Call call, Arguments... arguments) const {
    Value value{};
    if (ask(call, arguments..., &value) != NvmlStatus::success) return std::nullopt;
    return value;
  }
  [[nodiscard]] std::string text(NvmlCalls::DeviceCall<char*, unsigned> call) const {
    std::array<char, native::nvml_text_length> text{};
    const auto length = static_cast<unsigned>(text.size());
    return ask(call, text.data(), length) == NvmlStatus::success ? text.data() : "";
  }

 private:
  const NvmlCalls& calls_;
  NvmlDevice device_;
};

void note(std::map<std::string, double>& readings, const std::string& name, const auto& value,
          double unit = 1.0) {
  if (value) readings[name] = static_cast<double>(*value) * unit;
}
void note(std::map<std::string, std::string>& facts, const char* name, const std::string& text) {
  if (!text.empty()) facts[name] = text;
}

void read_pcie(const Asker& gpu, GpuInventory& inventory) {
  const NvmlCalls& calls = gpu.calls();
  if (const auto pci = gpu.get<native::NvmlPciInfo>(calls.pci_info))
    note(inventory.facts, "pci", pci->bus_id);
  auto& readings = inventory.readings;
  note(readings, "pcie_generation", gpu.get<unsigned>(calls.pcie_generation));
  note(readings, "pcie_generation_at_most", gpu.get<unsigned>(calls.pcie_generation_at_most));
  note(readings, "pcie_width", gpu.get<unsigned>(calls.pcie_width));
  note(readings, "pcie_width_at_most", gpu.get<unsigned>(calls.pcie_width_at_most));
}

/// "up, version 4, to 0000:07:00.0" of each link that there is.
void read_links(const Asker& gpu, GpuInventory& inventory) {
  const NvmlCalls& calls = gpu.calls();
  int links = 0;
  int up = 0;
  for (unsigned link = 0; link < native::nvml_links_at_most; ++link) {
    const auto state = gpu.get<int>(calls.link_state, link);
    if (!state) continue;
    ++links;
    std::string text = *state != 0 ? "up" : "down";
    if (*state != 0) ++up;
    if (const auto version = gpu.get<unsigned>(calls.link_version, link)) {
      text += fmt::format(", version {}", *version);
      inventory.readings["nvlink_version"] = *version;
    }
    if (const auto remote = gpu.get<native::NvmlPciInfo>(calls.link_remote, link))
      text += fmt::format(", to {}", remote->bus_id);
    inventory.facts[fmt::format("nvlink{}", link)] = text;
  }
  if (calls.link_state == nullptr) return;
  inventory.readings["nvlinks"] = links;
  inventory.readings["nvlinks_up"] = up;
}

void read_memory_health(const Asker& gpu, GpuInventory& inventory) {
  const NvmlCalls& calls = gpu.calls();
  auto& readings = inventory.readings;
  int ecc = 0;
  int ecc_pending = 0;
  if (gpu.ask(calls.ecc_mode, &ecc, &ecc_pending) == NvmlStatus::success) readings["ecc"] = ecc;
  note(readings, "ecc_uncorrected",
       gpu.get<unsigned long long>(calls.ecc_errors, native::NvmlMemoryError::uncorrected,
                                   native::NvmlEccCounter::since_boot));
  unsigned corrected = 0;
  unsigned uncorrected = 0;
  unsigned pending = 0;
  unsigned failed = 0;
  if (gpu.ask(calls.remapped_rows, &corrected, &uncorrected, &pending, &failed) ==
      NvmlStatus::success) {
    readings["remapped_rows_corrected"] = corrected;
    readings["remapped_rows_uncorrected"] = uncorrected;
    readings["remapped_rows_pending"] = pending;
    readings["remapped_rows_failed"] = failed;
  }
  // Asked with no room for addresses, it says how many there are.
  unsigned retired = 0;
  const NvmlStatus status =
      gpu.ask(calls.retired_pages, native::NvmlPageRetirement::uncorrected_error, &retired,
              static_cast<unsigned long long*>(nullptr));
  if (status == NvmlStatus::success || status == NvmlStatus::insufficient_size)
    readings["retired_pages"] = retired;
  note(readings, "retired_pages_pending", gpu.get<int>(calls.retired_pages_pending));
}

void read_limits(const Asker& gpu, GpuInventory& inventory) {
  const NvmlCalls& calls = gpu.calls();
  auto& readings = inventory.readings;
  note(readings, "sm_clock_hz_at_most", gpu.get<unsigned>(calls.clock_at_most, NvmlClock::sm),
       hertz_per_megahertz);
  note(readings, "memory_clock_hz_at_most",
       gpu.get<unsigned>(calls.clock_at_most, NvmlClock::memory), hertz_per_megahertz);
  note(readings, "power_limit_w", gpu.get<unsigned>(calls.power_limit), watts_per_milliwatt);
  note(readings, "default_power_limit_w", gpu.get<unsigned>(calls.default_power_limit),
       watts_per_milliwatt);
  unsigned mig = 0;
  unsigned mig_pending = 0;
  if (gpu.ask(calls.mig_mode, &mig, &mig_pending) == NvmlStatus::success) readings["mig"] = mig;
}

bool is_gone(NvmlStatus status) {
  return status == NvmlStatus::gpu_is_lost || status == NvmlStatus::reset_required ||
         status == NvmlStatus::not_found || status == NvmlStatus::invalid_argument;
}

struct ThrottleReason {
  std::uint64_t bit;
  const char* name;
};
constexpr std::array throttle_reasons{
    ThrottleReason{native::nvml_throttle_software_power_cap, "software_power_cap"},
    ThrottleReason{native::nvml_throttle_hardware_slowdown, "hardware_slowdown"},
    ThrottleReason{native::nvml_throttle_software_thermal, "software_thermal"},
    ThrottleReason{native::nvml_throttle_hardware_thermal, "hardware_thermal"},
    ThrottleReason{native::nvml_throttle_hardware_power_brake, "hardware_power_brake"}};

}  // namespace

GpuInventory read_inventory(const Nvml& nvml, std::size_t index) {
  GpuInventory inventory;
  NvmlDevice device = nullptr;
  const NvmlStatus status = nvml.calls().device_by_index(static_cast<unsigned>(index), &device);
  if (status != NvmlStatus::success) {
    inventory.lost = nvml.meaning(status);
    return inventory;
  }
  const Asker gpu{nvml, device};
  note(inventory.facts, "name", gpu.text(gpu.calls().name));
  note(inventory.facts, "uuid", gpu.text(gpu.calls().uuid));
  note(inventory.facts, "driver", nvml.driver());
  read_pcie(gpu, inventory);
  read_links(gpu, inventory);
  read_memory_health(gpu, inventory);
  read_limits(gpu, inventory);
  return inventory;
}

std::vector<std::string> gpu_names() {
  std::vector<std::string> names;
  std::string why_not;
  const auto nvml = Nvml::open(why_not);
  if (!nvml) return names;
  for (const NvmlDevice device : nvml->devices())
    if (device != nullptr) names.push_back(Asker{*nvml, device}.text(nvml->calls().name));
  return names;
}

GpuSensors read_sensors(const Nvml& nvml, NvmlDevice device) {
  GpuSensors sensors;
  if (device == nullptr) {
    sensors.lost = nvml.meaning(NvmlStatus::not_found);
    return sensors;
  }
  const Asker gpu{nvml, device};
  const NvmlCalls& calls = gpu.calls();
  unsigned temperature = 0;
  const NvmlStatus status =
      gpu.ask(calls.temperature, native::nvml_temperature_of_gpu, &temperature);
  if (is_gone(status)) {
    sensors.lost = nvml.meaning(status);
    return sensors;
  }
  if (status == NvmlStatus::success) sensors.readings["temperature_c"] = temperature;
  auto& readings = sensors.readings;
  note(readings, "sm_clock_hz", gpu.get<unsigned>(calls.clock, NvmlClock::sm), hertz_per_megahertz);
  note(readings, "memory_clock_hz", gpu.get<unsigned>(calls.clock, NvmlClock::memory),
       hertz_per_megahertz);
  note(readings, "power_w", gpu.get<unsigned>(calls.power), watts_per_milliwatt);
  note(readings, "pcie_generation", gpu.get<unsigned>(calls.pcie_generation));
  const auto reasons = gpu.get<unsigned long long>(calls.throttle_reasons);
  for (const ThrottleReason& reason : throttle_reasons)
    if (reasons && (*reasons & reason.bit) != 0) sensors.throttled_by.emplace_back(reason.name);
  return sensors;
}

Counters read_gpu_counters(const Nvml& nvml, NvmlDevice device) {
  Counters counters;
  if (device == nullptr) return counters;
  const Asker gpu{nvml, device};
  const NvmlCalls& calls = gpu.calls();
  const auto count = [&](const std::string& name, const auto& value) {
    if (value) counters[name] += *value;
  };
  count("pcie_replays", gpu.get<unsigned>(calls.pcie_replays));
  for (const auto& [kind, name] :
       {std::pair{native::NvmlMemoryError::corrected, "ecc_corrected"},
        std::pair{native::NvmlMemoryError::uncorrected, "ecc_uncorrected"}})
    count(name,
          gpu.get<unsigned long long>(calls.ecc_errors, kind, native::NvmlEccCounter::since_boot));
  for (unsigned link = 0; link < native::nvml_links_at_most; ++link)
    for (const auto& [error, name] : {std::pair{native::NvmlLinkError::replay, "replay"},
                                      std::pair{native::NvmlLinkError::recovery, "recovery"},
                                      std::pair{native::NvmlLinkError::crc_flit, "crc"},
                                      std::pair{native::NvmlLinkError::crc_data, "crc"}})
      count(fmt::format("nvlink{}_{}", link, name),
            gpu.get<unsigned long long>(calls.link_errors, link, error));
  return counters;
}

XidListener::XidListener(const Nvml& nvml, const std::vector<NvmlDevice>& devices)
    : nvml_{nvml}, devices_{devices} {
  const NvmlCalls& calls = nvml.calls();
  const bool can_listen = calls.event_set_create != nullptr && calls.event_set_free != nullptr &&
                          calls.event_set_wait != nullptr && calls.register_events != nullptr;
  if (!can_listen || calls.event_set_create(&events_) != NvmlStatus::success) {
    events_ = nullptr;
    return;
  }
  for (const NvmlDevice device : devices)
    if (device != nullptr)
      static_cast<void>(calls.register_events(device, native::nvml_event_xid, events_));
}

XidListener::~XidListener() {
  if (events_ != nullptr) static_cast<void>(nvml_.calls().event_set_free(events_));
}

std::vector<std::pair<std::size_t, std::uint64_t>> XidListener::take() const {
  std::vector<std::pair<std::size_t, std::uint64_t>> taken;
  if (events_ == nullptr) return taken;
  constexpr std::size_t at_most = 1000;  // a GPU that reports without end is not listened to longer
  native::NvmlEvent event{};
  while (taken.size() < at_most &&
         nvml_.calls().event_set_wait(events_, &event, 0) == NvmlStatus::success) {
    const auto device = std::ranges::find(devices_, event.device);
    taken.emplace_back(static_cast<std::size_t>(device - devices_.begin()), event.data);
  }
  return taken;
}

}  // namespace assay::topology
