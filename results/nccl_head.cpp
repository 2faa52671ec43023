#include "results/nccl_head.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <nlohmann/json.hpp>

namespace assay::results {

namespace {

constexpr int nccl_file_version = 3;

}  // namespace

std::vector<NcclDevice> processor_devices(const RunInfo& info) {
  std::vector<NcclDevice> devices;
  for (const RankIdentity& rank : info.ranks)
    devices.push_back(
        {.rank = rank.rank, .pid = rank.pid, .host = rank.host, .model = rank.processor});
  return devices;
}

Json nccl_head(const RunInfo& info, const std::vector<NcclDevice>& devices, int gpus,
               const std::optional<std::string>& nccl) {
  Json json;
  json["version"] = nccl_file_version;
  json["start_time"] = nccl_time(info.start);
  json["args"] = info.command;
  json["env"] = Json::array();
  for (const auto& [name, value] : info.environment) json["env"].push_back(name + "=" + value);
  const auto number = nccl ? nccl_version_number(*nccl) : std::nullopt;
  json["nccl_version"] = number ? Json(*number) : Json{};  // null: it took no part
  json["assay_version"] = info.version;
  json["config"] = {{"nthreads", 1}, {"ngpus", gpus}, {"devices", Json::array()}};
  for (const NcclDevice& device : devices)
    json["config"]["devices"].push_back({{"rank", device.rank},
                                         {"group", device.group},
                                         {"pid", device.pid},
                                         {"hostname", device.host},
                                         {"device", device.device},
                                         {"device_hex", device.bus},
                                         {"device_info", device.model}});
  json["results"] = Json::array();
  return json;
}

std::string nccl_time(std::string utc) {
  std::ranges::replace(utc, 'T', ' ');
  if (utc.ends_with('Z')) utc.pop_back();
  return utc;
}

std::optional<int> nccl_version_number(const std::string& version) {
  std::array<int, 3> parts{};
  const char* at = version.data();
  const char* end = at + version.size();
  for (std::size_t i = 0; i < parts.size(); ++i) {
    if (i > 0 && (at == end || *at++ != '.')) return std::nullopt;
    const auto [next, problem] = std::from_chars(at, end, parts[i]);
    if (problem != std::errc{}) return std::nullopt;
    at = next;
  }
  if (at != end) return std::nullopt;
  constexpr int of_major = 10000;
  constexpr int of_minor = 100;
  return parts[0] * of_major + parts[1] * of_minor + parts[2];
}

std::optional<std::string> nccl_version(const RunInfo& info) {
  const auto found = info.libraries.find("nccl");
  if (found == info.libraries.end()) return std::nullopt;
  return found->second;
}

}  // namespace assay::results
