#include "collectives/transport/ucx_devices.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <vector>

#include "core/error.hpp"

namespace assay::collectives {

std::string find_ucx_device(const std::string& rail, const std::set<std::string>& devices) {
  if (devices.contains(rail)) return rail;
  std::vector<std::string> ports;
  for (const std::string& device : devices)
    if (device.starts_with(rail + ":")) ports.push_back(device);
  if (ports.size() == 1) return ports[0];
  if (ports.size() > 1)
    throw UsageError{
        fmt::format("rail '{}' has several ports; name one of {}", rail, fmt::join(ports, ", "))};
  throw UsageError{
      fmt::format("no rail '{}' on this machine; UCX finds {}", rail,
                  devices.empty() ? "none" : fmt::format("{}", fmt::join(devices, ", ")))};
}

}  // namespace assay::collectives
