#include "results/judge/telemetry.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <set>

#include "results/judge/inventory.hpp"
#include "results/judge/part.hpp"

namespace assay::results {

namespace {

/// Of the moments at which it was asked: less is a moment at the edge of a limit.
constexpr double throttled_share = 0.1;
/// Links repeat a packet now and then; so many in one run say that something is loose.
constexpr std::uint64_t replays_allowed = 10;

/// One device in all stages.
struct Device {
  const Record* any = nullptr;
  std::map<std::string, std::uint64_t> counters;  ///< summed
  std::map<std::string, double> throttled;        ///< the greatest share
  std::map<std::string, std::string> stage_of;    ///< by reason: where that was
  std::string lost;                               ///< why, and when
  bool tells_throttling = false;
};

/// By host and device.
std::map<std::string, Device> devices_of(const Run& run) {
  std::map<std::string, Device> devices;
  for (const Record& record : run.records) {
    if (record.benchmark != "telemetry" || !record.host || !record.device) continue;
    Device& device = devices[gpu_subject(record)];
    device.any = &record;
    device.tells_throttling |= record.report.sensors.contains("throttle_reasons");
    for (const auto& [name, count] : record.counters) device.counters[name] += count;
    for (const auto& [reason, share] : record.report.throttled) {
      if (share <= device.throttled[reason]) continue;
      device.throttled[reason] = share;
      device.stage_of[reason] = record.algorithm.value_or("");
    }
    const auto lost = record.report.facts.find("lost");
    if (lost != record.report.facts.end() && device.lost.empty())
      device.lost = fmt::format("stopped answering beside {}: {}", record.algorithm.value_or(""),
                                lost->second);
  }
  return devices;
}

bool is_gpu(const Device& device) { return device.any->device->starts_with("gpu"); }

void add_check(const char* name, const Device& device, Status status, const std::string& reason,
               Verdict& verdict, double deficit = 0) {
  Check check;
  check.name = name;
  check.subject = is_gpu(device) ? gpu_subject(*device.any) : *device.any->host;
  check.of = is_gpu(device) ? PartKind::gpu : PartKind::host;
  check.status = status;
  check.reason = reason;
  if (status == Status::fail && is_gpu(device)) {
    Suspect suspect = suspect_gpu(*device.any, "hardware", check.name + ": " + reason);
    suspect.deficit = deficit;
    verdict.suspects.push_back(std::move(suspect));
  }
  verdict.checks.push_back(std::move(check));
}

bool is_replay(const std::string& counter) {
  return counter.ends_with("_replay") || counter.ends_with("_crc") || counter == "pcie_replays";
}
bool is_grave(const std::string& counter, std::uint64_t count) {
  if (count == 0) return false;
  if (is_replay(counter)) return count > replays_allowed;
  return counter.starts_with("xid_") || counter.ends_with("_recovery") ||
         counter == "ecc_uncorrected";
}

/// The errors that the driver does not tell of.
std::string untold_errors(const Device& device) {
  constexpr std::array told{std::pair{"pcie_replays", "PCIe replays"},
                            std::pair{"ecc_uncorrected", "ECC errors"}, std::pair{"xids", "Xids"}};
  std::string untold;
  for (const auto& [counter, name] : told)
    if (!device.counters.contains(counter))
      untold += (untold.empty() ? "" : ", ") + std::string{name};
  return untold;
}

/// What cannot be read is no proof that nothing happened.
void judge_errors(const Device& device, Verdict& verdict) {
  std::string grave;
  std::string harmless;
  for (const auto& [name, count] : device.counters) {
    if (count == 0 || name == "xids") continue;
    std::string& text = is_grave(name, count) ? grave : harmless;
    text += fmt::format("{}{} {}", text.empty() ? "" : ", ", name, count);
  }
  const std::string untold = untold_errors(device);
  std::string reason = grave.empty() ? harmless : grave;
  if (!reason.empty()) reason = "counted meanwhile: " + reason;
  if (grave.empty() && !untold.empty())
    reason = "the driver does not tell of " + untold + (reason.empty() ? "" : "; " + reason);
  const Status sound = untold.empty() ? Status::pass : Status::skipped;
  add_check("gpu/errors", device, grave.empty() ? sound : Status::fail, reason, verdict);
}

/// "hardware_thermal in 40 % of the moments beside matmul".
std::string told(const Device& device, const std::string& reason) {
  return fmt::format("{} in {} of the moments beside {}", reason,
                     percent(device.throttled.at(reason)), device.stage_of.at(reason));
}

/// The suspects that a device's being slowed down explains.
std::vector<Suspect*> slow_parts(const Device& device, Verdict& verdict) {
  std::vector<Suspect*> slow;
  for (Suspect& suspect : verdict.suspects) {
    if (suspect.layer != "compute" || suspect.host != device.any->host) continue;
    if (suspect.kind == "gpu" && suspect.name != gpu_subject(*device.any)) continue;
    slow.push_back(&suspect);
  }
  return slow;
}

void judge_gpu_throttle(const Device& device, Verdict& verdict) {
  if (!device.tells_throttling && device.throttled.empty())
    return add_check("gpu/throttle", device, Status::skipped,
                     "the driver does not tell why clocks are lowered", verdict);
  static const std::set<std::string> faults{"hardware_thermal", "hardware_slowdown",
                                            "hardware_power_brake", "software_thermal"};
  std::string grave;
  std::string noted;
  for (const auto& [reason, share] : device.throttled) {
    const bool is_fault = faults.contains(reason) && share >= throttled_share;
    std::string& text = is_fault ? grave : noted;
    text += (text.empty() ? "" : ", ") + told(device, reason);
  }
  const auto slow = slow_parts(device, verdict);
  if (grave.empty() && !noted.empty() && !slow.empty()) {
    for (Suspect* suspect : slow)
      suspect->evidence.push_back(gpu_subject(*device.any) + " was slowed down: " + noted);
    return add_check("gpu/throttle", device, Status::fail, "slowed down while slow: " + noted,
                     verdict);
  }
  add_check("gpu/throttle", device, grave.empty() ? Status::pass : Status::fail,
            grave.empty() ? noted : "slowed down: " + grave, verdict);
}

void judge_host_throttle(const Device& device, Verdict& verdict) {
  if (device.counters.empty())
    return add_check("host/throttle", device, Status::skipped,
                     "the kernel counts no throttling (no thermal_throttle in sysfs)", verdict);
  std::string grown;
  for (const auto& [name, count] : device.counters)
    if (count > 0) grown += fmt::format("{}{} {}", grown.empty() ? "" : ", ", name, count);
  const auto slow = slow_parts(device, verdict);
  for (Suspect* suspect : slow)
    if (!grown.empty()) suspect->evidence.push_back("slowed down by heat: " + grown);
  const bool explains = !grown.empty() && !slow.empty();
  add_check("host/throttle", device, explains ? Status::fail : Status::pass,
            explains ? "slowed down by heat while slow: " + grown : grown, verdict);
}

/// Hosts whose sensors say nothing at all.
void skip_silent_hosts(const Run& run, const std::map<std::string, Device>& devices,
                       Verdict& verdict) {
  std::set<std::string> asked;
  for (const Record& record : run.records)
    if (record.benchmark == "inventory" && record.host && !record.device)
      asked.insert(*record.host);
  for (const std::string& host : asked) {
    if (devices.contains(host + " cpu")) continue;
    Check check;
    check.name = "host/throttle";
    check.subject = host;
    check.of = PartKind::host;
    check.status = Status::skipped;
    check.reason = "no frequency, temperature or throttle counter in sysfs";
    verdict.checks.push_back(std::move(check));
  }
}

}  // namespace

void judge_telemetry(const Run& run, Verdict& verdict) {
  const auto devices = devices_of(run);
  skip_silent_hosts(run, devices, verdict);
  for (const auto& [name, device] : devices) {
    if (!is_gpu(device)) {
      judge_host_throttle(device, verdict);
      continue;
    }
    add_check("gpu/present", device, device.lost.empty() ? Status::pass : Status::fail, device.lost,
              verdict, 1.0);
    judge_errors(device, verdict);
    judge_gpu_throttle(device, verdict);
  }
}

}  // namespace assay::results
