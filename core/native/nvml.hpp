#pragma once

#include <cstdint>

namespace assay::native {

// What Assay needs of NVIDIA's management library, which is loaded at run time: its own
// declarations of the documented binary interface (NVML API Reference Manual), as its header comes
// with CUDA alone. Numbers are the manual's.

using NvmlDevice = struct NvmlDeviceOpaque*;
using NvmlEventSet = struct NvmlEventSetOpaque*;

enum class NvmlStatus : int {
  success = 0,
  invalid_argument = 2,
  not_supported = 3,
  no_permission = 4,
  not_found = 6,
  insufficient_size = 7,
  driver_not_loaded = 9,
  timeout = 10,
  gpu_is_lost = 15,
  reset_required = 16,
};

enum class NvmlClock : int { graphics = 0, sm = 1, memory = 2 };
enum class NvmlMemoryError : int { corrected = 0, uncorrected = 1 };
enum class NvmlEccCounter : int { since_boot = 0, aggregate = 1 };
enum class NvmlLinkError : int { replay = 0, recovery = 1, crc_flit = 2, crc_data = 3 };
enum class NvmlPageRetirement : int { corrected_errors = 0, uncorrected_error = 1 };

inline constexpr int nvml_temperature_of_gpu = 0;
inline constexpr unsigned nvml_links_at_most = 36;  ///< of NVML 13; 18 before
inline constexpr unsigned nvml_text_length = 96;    ///< the longest of its texts, a name

// Bits of why clocks are below what they could be.
inline constexpr std::uint64_t nvml_throttle_software_power_cap = 0x4;
inline constexpr std::uint64_t nvml_throttle_hardware_slowdown = 0x8;
inline constexpr std::uint64_t nvml_throttle_software_thermal = 0x20;
inline constexpr std::uint64_t nvml_throttle_hardware_thermal = 0x40;
inline constexpr std::uint64_t nvml_throttle_hardware_power_brake = 0x80;

inline constexpr unsigned long long nvml_event_xid = 0x8;

/// nvmlPciInfo_t of _v2 and _v3 calls.
struct NvmlPciInfo {
  char bus_id_legacy[16];
  unsigned domain;
  unsigned bus;
  unsigned device;
  unsigned pci_device_id;
  unsigned pci_subsystem_id;
  char bus_id[32];
};

/// nvmlMemory_t of the call's first version.
struct NvmlMemory {
  unsigned long long total;
  unsigned long long free;
  unsigned long long used;
};

/// nvmlEventData_t of _v2 calls.
struct NvmlEvent {
  NvmlDevice device;
  unsigned long long type;
  unsigned long long data;  ///< of an Xid event its number
  unsigned gpu_instance;
  unsigned compute_instance;
};

/// The calls, null where the library has none of that name.
struct NvmlCalls {
  template <class... Arguments>
  using Call = NvmlStatus (*)(Arguments...);
  template <class... Arguments>
  using DeviceCall = NvmlStatus (*)(NvmlDevice, Arguments...);

  Call<> init = nullptr;
  Call<> shutdown = nullptr;
  const char* (*error_string)(NvmlStatus) = nullptr;
  Call<char*, unsigned> driver_version = nullptr;
  Call<char*, unsigned> library_version = nullptr;
  Call<unsigned*> device_count = nullptr;
  Call<unsigned, NvmlDevice*> device_by_index = nullptr;

  DeviceCall<char*, unsigned> name = nullptr;
  DeviceCall<char*, unsigned> uuid = nullptr;
  DeviceCall<NvmlPciInfo*> pci_info = nullptr;
  DeviceCall<int*, int*> compute_capability = nullptr;
  DeviceCall<unsigned*> pcie_generation = nullptr;
  DeviceCall<unsigned*> pcie_width = nullptr;
  DeviceCall<unsigned*> pcie_generation_at_most = nullptr;
  DeviceCall<unsigned*> pcie_width_at_most = nullptr;
  DeviceCall<unsigned*> pcie_replays = nullptr;
  DeviceCall<unsigned, int*> link_state = nullptr;
  DeviceCall<unsigned, unsigned*> link_version = nullptr;
  DeviceCall<unsigned, NvmlPciInfo*> link_remote = nullptr;
  DeviceCall<unsigned, NvmlLinkError, unsigned long long*> link_errors = nullptr;
  DeviceCall<NvmlMemory*> memory = nullptr;
  DeviceCall<int*, int*> ecc_mode = nullptr;
  DeviceCall<NvmlMemoryError, NvmlEccCounter, unsigned long long*> ecc_errors = nullptr;
  DeviceCall<unsigned*, unsigned*, unsigned*, unsigned*> remapped_rows = nullptr;
  DeviceCall<NvmlPageRetirement, unsigned*, unsigned long long*> retired_pages = nullptr;
  DeviceCall<int*> retired_pages_pending = nullptr;
  DeviceCall<NvmlClock, unsigned*> clock = nullptr;
  DeviceCall<NvmlClock, unsigned*> clock_at_most = nullptr;
  DeviceCall<unsigned*> power_limit = nullptr;
  DeviceCall<unsigned*> default_power_limit = nullptr;
  DeviceCall<unsigned*> power = nullptr;
  DeviceCall<int, unsigned*> temperature = nullptr;
  DeviceCall<unsigned long long*> throttle_reasons = nullptr;
  DeviceCall<unsigned*, unsigned*> mig_mode = nullptr;

  Call<NvmlEventSet*> event_set_create = nullptr;
  Call<NvmlEventSet> event_set_free = nullptr;
  Call<NvmlEventSet, NvmlEvent*, unsigned> event_set_wait = nullptr;
  DeviceCall<unsigned long long, NvmlEventSet> register_events = nullptr;
};

}  // namespace assay::native
