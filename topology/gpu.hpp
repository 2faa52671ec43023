#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "topology/network_counters.hpp"
#include "topology/nvml.hpp"

namespace assay::topology {

/// What a GPU says of itself. What it has not, or the library cannot be asked, is left out; the
/// names are those of docs/devices.md.
struct GpuInventory {
  std::map<std::string, std::string> facts;  ///< name, uuid, pci, driver, nvlink0: ...
  std::map<std::string, double> readings;    ///< pcie_width, nvlinks, sm_clock_hz_at_most, ...
  std::string lost;                          ///< why it cannot be asked at all; empty: it can
};

/// Asks the `index`-th GPU for all of it.
/// Cost   some milliseconds.
[[nodiscard]] GpuInventory read_inventory(const Nvml& nvml, std::size_t index);

/// What the GPUs of this host are called; none where there is no management library.
[[nodiscard]] std::vector<std::string> gpu_names();

/// Where the GPUs of this host are, by the management library's numbers, spelt as CUDA does
/// ("0000:3b:00.0"; empty: it does not say); none where there is no such library.
[[nodiscard]] std::vector<std::string> gpu_buses();

/// A GPU's sensors at one moment.
struct GpuSensors {
  std::map<std::string, double> readings;  ///< sm_clock_hz, memory_clock_hz, power_w, ...
  std::vector<std::string> throttled_by;   ///< hardware_thermal, software_power_cap, ...
  std::string lost;                        ///< why it cannot be asked any more; empty: it can
};

/// Cost   below a millisecond on the GPUs that it is made for.
[[nodiscard]] GpuSensors read_sensors(const Nvml& nvml, native::NvmlDevice device);

/// Errors that the GPU has counted since it is up: pcie_replays, nvlink3_replay, nvlink3_recovery,
/// nvlink3_crc, ecc_corrected, ecc_uncorrected.
[[nodiscard]] Counters read_gpu_counters(const Nvml& nvml, native::NvmlDevice device);

/// The driver's reports of errors (Xid), from the construction on. Does nothing where the library
/// or the system has no such events.
class XidListener {
 public:
  XidListener(const Nvml& nvml, const std::vector<native::NvmlDevice>& devices);
  ~XidListener();
  XidListener(const XidListener&) = delete;
  XidListener& operator=(const XidListener&) = delete;

  /// Whether the driver tells of this GPU's.
  [[nodiscard]] bool listens_to(std::size_t device) const;

  /// Numbers of the Xids that came since the last call, by the index of the GPU. Does not wait.
  [[nodiscard]] std::vector<std::pair<std::size_t, std::uint64_t>> take() const;

 private:
  const Nvml& nvml_;
  std::vector<native::NvmlDevice> devices_;
  std::vector<bool> listens_;
  native::NvmlEventSet events_ = nullptr;
};

}  // namespace assay::topology
