#include "collectives/transport/ucx_devices.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <vector>

#include "core/error.hpp"
#include "core/kernel_files.hpp"

namespace assay::collectives {

namespace {

/// What the kernel says of the link of a device or port, "down" or "1: DOWN"; empty: there is none.
std::string link_state(const std::string& rail, const std::filesystem::path& root) {
  const std::string net = first_line(root / "sys/class/net" / rail / "operstate");
  if (!net.empty()) return net;
  const auto colon = rail.find(':');
  const std::string port = colon == std::string::npos ? "1" : rail.substr(colon + 1);
  return first_line(root / "sys/class/infiniband" / rail.substr(0, colon) / "ports" / port /
                    "state");
}

}  // namespace

std::string find_ucx_device(const std::string& rail, const std::set<std::string>& devices,
                            const std::string& host, const std::filesystem::path& root) {
  if (devices.contains(rail)) return rail;
  std::vector<std::string> ports;
  for (const std::string& device : devices)
    if (device.starts_with(rail + ":")) ports.push_back(device);
  if (ports.size() == 1) return ports[0];
  if (ports.size() > 1)
    throw UsageError{
        fmt::format("rail '{}' has several ports; name one of {}", rail, fmt::join(ports, ", "))};
  if (const std::string state = link_state(rail, root); !state.empty())
    throw UnavailableError{
        fmt::format("rail '{}' of {} cannot be used: the kernel says of its link '{}', and UCX "
                    "leaves it out; look at its cable, port and address",
                    rail, host, state)};
  throw UsageError{
      fmt::format("no rail '{}' on {}; UCX finds {}", rail, host,
                  devices.empty() ? "none" : fmt::format("{}", fmt::join(devices, ", ")))};
}

}  // namespace assay::collectives
