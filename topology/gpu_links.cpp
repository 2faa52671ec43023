#include "topology/gpu_links.hpp"

#include <algorithm>
#include <array>
#include <cctype>

namespace assay::topology {

namespace {

/// By the library's number, nvmlNvlinkVersion_t.
constexpr std::array nvlink_versions{0.0, 1.0, 2.0, 2.2, 3.0, 3.1, 4.0, 5.0, 6.0};

std::optional<double> version_of(std::optional<unsigned> number) {
  if (!number || *number == 0 || *number >= nvlink_versions.size()) return std::nullopt;
  return nvlink_versions[*number];
}

}  // namespace

std::string pci_address(std::string_view nvml_bus) {
  constexpr std::string_view more_digits = "0000";
  constexpr std::size_t long_domain = 8;
  if (nvml_bus.find(':') == long_domain && nvml_bus.starts_with(more_digits))
    nvml_bus.remove_prefix(more_digits.size());
  std::string address{nvml_bus};
  std::ranges::transform(address, address.begin(), [](unsigned char letter) {
    return static_cast<char>(std::tolower(letter));
  });
  return address;
}

std::vector<Nvlink> read_nvlinks(const NvmlAsker& gpu) {
  const native::NvmlCalls& calls = gpu.calls();
  std::vector<Nvlink> links;
  for (unsigned number = 0; number < native::nvml_links_at_most; ++number) {
    const auto state = gpu.get<int>(calls.link_state, number);
    if (!state) continue;
    Nvlink link{number, *state != 0, version_of(gpu.get<unsigned>(calls.link_version, number)), ""};
    if (const auto remote = gpu.get<native::NvmlPciInfo>(calls.link_remote, number))
      link.remote = pci_address(remote->bus_id);
    links.push_back(std::move(link));
  }
  return links;
}

std::vector<GpuLinks> read_gpu_links(const Nvml& nvml) {
  std::vector<GpuLinks> gpus;
  for (const native::NvmlDevice device : nvml.devices()) {
    if (device == nullptr) continue;
    const NvmlAsker gpu{nvml, device};
    GpuLinks found;
    if (const auto pci = gpu.get<native::NvmlPciInfo>(gpu.calls().pci_info))
      found.address = pci_address(pci->bus_id);
    found.name = gpu.text(gpu.calls().name);
    int major = 0;
    int minor = 0;
    if (gpu.ask(gpu.calls().compute_capability, &major, &minor) == native::NvmlStatus::success)
      found.capability = 10 * major + minor;
    found.nvlinks = read_nvlinks(gpu);
    gpus.push_back(std::move(found));
  }
  return gpus;
}

}  // namespace assay::topology
