// A stand-in for NVIDIA's management library, for tests of what Assay makes of its readings: no GPU
// is behind it. It says what a script says, the file that ASSAY_STAND_IN_NVML names:
//
//   gpus 2
//   gpu 1 pcie_width 8
//   gpu 0 lost_after 3        the third reading of its temperature finds it gone
//
// Each line sets one value of one GPU; what is not set is a sound GPU's. With ASSAY_OLD_STAND_IN it
// is compiled without some calls, or with their former names, as libraries of old versions are.

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <map>
#include <sstream>
#include <string>
#include <vector>

#include "core/native/nvml.hpp"

using namespace assay::native;

namespace {

constexpr unsigned links = 4;

struct Gpu {
  std::map<std::string, double> values;
  int temperature_readings = 0;
  int counter_readings = 0;
  bool xid_told = false;

  [[nodiscard]] double value(const std::string& name, double sound) const {
    const auto found = values.find(name);
    return found == values.end() ? sound : found->second;
  }
  [[nodiscard]] bool is_lost() const {
    const auto after = values.find("lost_after");
    return after != values.end() && temperature_readings >= after->second;
  }
};

std::vector<Gpu> gpus;

void read_script() {
  gpus.clear();
  const char* name = std::getenv("ASSAY_STAND_IN_NVML");
  std::ifstream file{name == nullptr ? "" : name};
  for (std::string line; std::getline(file, line);) {
    std::istringstream words{line};
    std::string word;
    std::size_t number = 0;
    words >> word >> number;
    if (word == "gpus") gpus.resize(number);
    if (word != "gpu" || number >= gpus.size()) continue;
    double value = 0;
    words >> word >> value;
    gpus[number].values[word] = value;
  }
}

Gpu& gpu_of(NvmlDevice device) { return gpus[reinterpret_cast<std::size_t>(device) - 1]; }
NvmlDevice device_of(std::size_t index) { return reinterpret_cast<NvmlDevice>(index + 1); }

NvmlStatus tell(NvmlDevice device, const char* name, double sound, unsigned* value) {
  if (gpu_of(device).is_lost()) return NvmlStatus::gpu_is_lost;
  *value = static_cast<unsigned>(gpu_of(device).value(name, sound));
  return NvmlStatus::success;
}

NvmlStatus tell_text(const std::string& text, char* to, unsigned length) {
  std::snprintf(to, length, "%s", text.c_str());
  return NvmlStatus::success;
}

/// A counter that grows by the script's number each time it is read.
unsigned long long growing(NvmlDevice device, const std::string& name) {
  Gpu& gpu = gpu_of(device);
  return static_cast<unsigned long long>(gpu.value(name, 0) * ++gpu.counter_readings);
}

}  // namespace

extern "C" {

NvmlStatus nvmlInit_v2() {
  read_script();
  return NvmlStatus::success;
}
NvmlStatus nvmlShutdown() { return NvmlStatus::success; }
const char* nvmlErrorString(NvmlStatus status) {
  return status == NvmlStatus::gpu_is_lost ? "GPU is lost" : "stand-in status";
}
NvmlStatus nvmlSystemGetDriverVersion(char* to, unsigned length) {
  return tell_text("stand-in", to, length);
}
NvmlStatus nvmlSystemGetNVMLVersion(char* to, unsigned length) {
  return tell_text("stand-in", to, length);
}
NvmlStatus nvmlDeviceGetCount_v2(unsigned* count) {
  *count = static_cast<unsigned>(gpus.size());
  return NvmlStatus::success;
}
NvmlStatus nvmlDeviceGetHandleByIndex_v2(unsigned index, NvmlDevice* device) {
  if (gpus[index].is_lost()) return NvmlStatus::gpu_is_lost;
  *device = device_of(index);
  return NvmlStatus::success;
}
NvmlStatus nvmlDeviceGetName(NvmlDevice, char* to, unsigned length) {
  return tell_text("Stand-in GPU", to, length);
}
NvmlStatus nvmlDeviceGetUUID(NvmlDevice device, char* to, unsigned length) {
  return tell_text("GPU-stand-in-" + std::to_string(reinterpret_cast<std::size_t>(device)), to,
                   length);
}
NvmlStatus nvmlDeviceGetPciInfo_v3(NvmlDevice device, NvmlPciInfo* info) {
  *info = {};
  info->bus = static_cast<unsigned>(reinterpret_cast<std::size_t>(device));
  std::snprintf(info->bus_id, sizeof info->bus_id, "00000000:%02X:00.0", info->bus & 0xFFU);
  return NvmlStatus::success;
}
NvmlStatus nvmlDeviceGetCudaComputeCapability(NvmlDevice, int* major, int* minor) {
  *major = 9;
  *minor = 0;
  return NvmlStatus::success;
}
NvmlStatus nvmlDeviceGetCurrPcieLinkGeneration(NvmlDevice device, unsigned* value) {
  return tell(device, "pcie_generation", 5, value);
}
NvmlStatus nvmlDeviceGetMaxPcieLinkGeneration(NvmlDevice device, unsigned* value) {
  return tell(device, "pcie_generation_at_most", 5, value);
}
NvmlStatus nvmlDeviceGetCurrPcieLinkWidth(NvmlDevice device, unsigned* value) {
  return tell(device, "pcie_width", 16, value);
}
NvmlStatus nvmlDeviceGetMaxPcieLinkWidth(NvmlDevice device, unsigned* value) {
  return tell(device, "pcie_width_at_most", 16, value);
}
NvmlStatus nvmlDeviceGetPcieReplayCounter(NvmlDevice device, unsigned* value) {
  *value = static_cast<unsigned>(growing(device, "pcie_replays"));
  return NvmlStatus::success;
}
NvmlStatus nvmlDeviceGetNvLinkState(NvmlDevice device, unsigned link, int* state) {
  if (link >= links) return NvmlStatus::invalid_argument;
  *state = static_cast<int>(gpu_of(device).value("link" + std::to_string(link), 1));
  return NvmlStatus::success;
}
NvmlStatus nvmlDeviceGetNvLinkVersion(NvmlDevice device, unsigned link, unsigned* version) {
  if (link >= links) return NvmlStatus::invalid_argument;
  return tell(device, "nvlink_version", 6, version);  // NVML_NVLINK_VERSION_4_0
}
NvmlStatus nvmlDeviceGetNvLinkRemotePciInfo_v2(NvmlDevice, unsigned link, NvmlPciInfo* info) {
  if (link >= links) return NvmlStatus::invalid_argument;
  *info = {};
  std::snprintf(info->bus_id, sizeof info->bus_id, "00000000:%02X:00.0", 0xA0U + link);
  return NvmlStatus::success;
}
NvmlStatus nvmlDeviceGetNvLinkErrorCounter(NvmlDevice device, unsigned link, NvmlLinkError error,
                                           unsigned long long* count) {
  if (link >= links) return NvmlStatus::invalid_argument;
  *count = error == NvmlLinkError::replay
               ? growing(device, "link" + std::to_string(link) + "_replays")
               : 0;
  return NvmlStatus::success;
}
NvmlStatus nvmlDeviceGetMemoryInfo(NvmlDevice device, NvmlMemory* memory) {
  constexpr double mib = 1 << 20;
  *memory = {};
  memory->total = static_cast<unsigned long long>(gpu_of(device).value("memory_mib", 81559) * mib);
  return NvmlStatus::success;
}
NvmlStatus nvmlDeviceGetEccMode(NvmlDevice device, int* current, int* pending) {
  *current = *pending = static_cast<int>(gpu_of(device).value("ecc", 1));
  return NvmlStatus::success;
}
NvmlStatus nvmlDeviceGetTotalEccErrors(NvmlDevice device, NvmlMemoryError error, NvmlEccCounter,
                                       unsigned long long* count) {
  *count = error == NvmlMemoryError::uncorrected
               ? static_cast<unsigned long long>(gpu_of(device).value("ecc_uncorrected", 0))
               : 0;
  return NvmlStatus::success;
}
#ifndef ASSAY_OLD_STAND_IN
NvmlStatus nvmlDeviceGetRemappedRows(NvmlDevice device, unsigned* corrected, unsigned* uncorrected,
                                     unsigned* pending, unsigned* failed) {
  const Gpu& gpu = gpu_of(device);
  *corrected = 0;
  *uncorrected = static_cast<unsigned>(gpu.value("remapped_rows_uncorrected", 0));
  *pending = static_cast<unsigned>(gpu.value("remapped_rows_pending", 0));
  *failed = static_cast<unsigned>(gpu.value("remapped_rows_failed", 0));
  return NvmlStatus::success;
}
NvmlStatus nvmlDeviceGetMigMode(NvmlDevice device, unsigned* current, unsigned* pending) {
  *pending = 0;
  return tell(device, "mig", 0, current);
}
#endif
NvmlStatus nvmlDeviceGetRetiredPages(NvmlDevice, NvmlPageRetirement, unsigned* count,
                                     unsigned long long*) {
  *count = 0;
  return NvmlStatus::not_supported;  // as on all GPUs that remap rows
}
NvmlStatus nvmlDeviceGetRetiredPagesPendingStatus(NvmlDevice, int*) {
  return NvmlStatus::not_supported;
}
NvmlStatus nvmlDeviceGetClockInfo(NvmlDevice device, NvmlClock clock, unsigned* value) {
  return clock == NvmlClock::memory ? tell(device, "memory_clock", 2619, value)
                                    : tell(device, "sm_clock", 1980, value);
}
NvmlStatus nvmlDeviceGetMaxClockInfo(NvmlDevice device, NvmlClock clock, unsigned* value) {
  return clock == NvmlClock::memory ? tell(device, "memory_clock_at_most", 2619, value)
                                    : tell(device, "sm_clock_at_most", 1980, value);
}
NvmlStatus nvmlDeviceGetPowerManagementLimit(NvmlDevice device, unsigned* value) {
  return tell(device, "power_limit", 700000, value);
}
NvmlStatus nvmlDeviceGetPowerManagementDefaultLimit(NvmlDevice device, unsigned* value) {
  return tell(device, "default_power_limit", 700000, value);
}
NvmlStatus nvmlDeviceGetPowerUsage(NvmlDevice device, unsigned* value) {
  return tell(device, "power", 350000, value);
}
NvmlStatus nvmlDeviceGetTemperature(NvmlDevice device, int, unsigned* value) {
  ++gpu_of(device).temperature_readings;
  return tell(device, "temperature", 45, value);
}
#ifdef ASSAY_OLD_STAND_IN
#define nvmlDeviceGetCurrentClocksEventReasons nvmlDeviceGetCurrentClocksThrottleReasons
#endif
NvmlStatus nvmlDeviceGetCurrentClocksEventReasons(NvmlDevice device, unsigned long long* bits) {
  *bits = static_cast<unsigned long long>(gpu_of(device).value("throttle_bits", 0));
  return NvmlStatus::success;
}
NvmlStatus nvmlEventSetCreate(NvmlEventSet* events) {
  *events = reinterpret_cast<NvmlEventSet>(&gpus);
  return NvmlStatus::success;
}
NvmlStatus nvmlEventSetFree(NvmlEventSet) { return NvmlStatus::success; }
NvmlStatus nvmlDeviceRegisterEvents(NvmlDevice, unsigned long long, NvmlEventSet) {
  return NvmlStatus::success;
}
NvmlStatus nvmlEventSetWait_v2(NvmlEventSet, NvmlEvent* event, unsigned) {
  for (std::size_t index = 0; index < gpus.size(); ++index) {
    Gpu& gpu = gpus[index];
    const double xid = gpu.value("xid", 0);
    if (xid == 0 || gpu.xid_told) continue;
    gpu.xid_told = true;
    *event = {device_of(index), nvml_event_xid, static_cast<unsigned long long>(xid), 0, 0};
    return NvmlStatus::success;
  }
  return NvmlStatus::timeout;
}

}  // extern "C"
