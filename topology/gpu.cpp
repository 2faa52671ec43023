#include "topology/gpu.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <bit>
#include <optional>

#include "topology/gpu_links.hpp"
#include "topology/nvml_asker.hpp"

namespace assay::topology {

using native::NvmlCalls;
using native::NvmlClock;
using native::NvmlDevice;
using native::NvmlStatus;

namespace {

constexpr double hertz_per_megahertz = 1e6;
constexpr double watts_per_milliwatt = 1e-3;

void note(std::map<std::string, double>& readings, const std::string& name, const auto& value,
          double unit = 1.0) {
  if (value) readings[name] = static_cast<double>(*value) * unit;
}
void note(std::map<std::string, std::string>& facts, const char* name, const std::string& text) {
  if (!text.empty()) facts[name] = text;
}

void read_pcie(const NvmlAsker& gpu, GpuInventory& inventory) {
  const NvmlCalls& calls = gpu.calls();
  if (const auto pci = gpu.get<native::NvmlPciInfo>(calls.pci_info))
    note(inventory.facts, "pci", pci_address(pci->bus_id));  // as the ends of NVLinks are told
  auto& readings = inventory.readings;
  note(readings, "pcie_generation", gpu.get<unsigned>(calls.pcie_generation));
  note(readings, "pcie_generation_at_most", gpu.get<unsigned>(calls.pcie_generation_at_most));
  note(readings, "pcie_width", gpu.get<unsigned>(calls.pcie_width));
  note(readings, "pcie_width_at_most", gpu.get<unsigned>(calls.pcie_width_at_most));
}

/// "up, version 3.0, to 0000:07:00.0" of each link that there is.
void read_links(const NvmlAsker& gpu, GpuInventory& inventory) {
  if (gpu.calls().link_state == nullptr) return;
  int up = 0;
  const auto links = read_nvlinks(gpu);
  for (const Nvlink& link : links) {
    std::string text = link.is_up ? "up" : "down";
    if (link.is_up) ++up;
    if (link.version) {
      text += fmt::format(", version {:.1f}", *link.version);
      inventory.readings["nvlink_version"] = *link.version;
    }
    if (!link.remote.empty()) text += ", to " + link.remote;
    inventory.facts[fmt::format("nvlink{}", link.number)] = text;
  }
  inventory.readings["nvlinks"] = static_cast<double>(links.size());
  inventory.readings["nvlinks_up"] = up;
}

void read_memory_health(const NvmlAsker& gpu, GpuInventory& inventory) {
  const NvmlCalls& calls = gpu.calls();
  auto& readings = inventory.readings;
  if (const auto memory = gpu.get<native::NvmlMemory>(calls.memory))
    readings["memory_bytes"] = static_cast<double>(memory->total);
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

void read_limits(const NvmlAsker& gpu, GpuInventory& inventory) {
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
  const NvmlAsker gpu{nvml, device};
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
    if (device != nullptr) names.push_back(NvmlAsker{*nvml, device}.text(nvml->calls().name));
  return names;
}

std::vector<std::string> gpu_buses() {
  std::vector<std::string> buses;
  std::string why_not;
  const auto nvml = Nvml::open(why_not);
  if (!nvml) return buses;
  for (const NvmlDevice device : nvml->devices()) {
    std::string& bus = buses.emplace_back();
    if (device == nullptr) continue;
    if (const auto pci = NvmlAsker{*nvml, device}.get<native::NvmlPciInfo>(nvml->calls().pci_info))
      bus = pci_address(pci->bus_id);
  }
  return buses;
}

GpuSensors read_sensors(const Nvml& nvml, NvmlDevice device) {
  GpuSensors sensors;
  if (device == nullptr) {
    sensors.lost = nvml.meaning(NvmlStatus::not_found);
    return sensors;
  }
  const NvmlAsker gpu{nvml, device};
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
  if (reasons) readings["throttle_reasons"] = std::popcount(*reasons);
  for (const ThrottleReason& reason : throttle_reasons)
    if (reasons && (*reasons & reason.bit) != 0) sensors.throttled_by.emplace_back(reason.name);
  return sensors;
}

Counters read_gpu_counters(const Nvml& nvml, NvmlDevice device) {
  Counters counters;
  if (device == nullptr) return counters;
  const NvmlAsker gpu{nvml, device};
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
    : nvml_{nvml}, devices_{devices}, listens_(devices.size()) {
  const NvmlCalls& calls = nvml.calls();
  const bool can_listen = calls.event_set_create != nullptr && calls.event_set_free != nullptr &&
                          calls.event_set_wait != nullptr && calls.register_events != nullptr;
  if (!can_listen || calls.event_set_create(&events_) != NvmlStatus::success) {
    events_ = nullptr;
    return;
  }
  for (std::size_t i = 0; i < devices.size(); ++i)
    listens_[i] = devices[i] != nullptr && calls.register_events(devices[i], native::nvml_event_xid,
                                                                 events_) == NvmlStatus::success;
}

bool XidListener::listens_to(std::size_t device) const { return listens_[device]; }

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
