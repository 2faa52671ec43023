#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <string>

#include "topology/parts/link_rate.hpp"
#include "topology/parts/this_host.hpp"

namespace assay::topology {

namespace {

class Adder {
 public:
  explicit Adder(Parts& parts) : parts_{parts} {
    for (std::size_t i = 0; i < parts.parts.size(); ++i)
      by_name_[parts.parts[i].name] = static_cast<int>(i);
  }

  void add_gpu(const GpuLinks& gpu) {
    const int part = part_of(gpu.address, "gpu");
    std::string& detail = parts_.parts[static_cast<std::size_t>(part)].detail;
    detail = gpu.name;
    const auto down = std::ranges::count(gpu.nvlinks, false, &Nvlink::is_up);
    if (down > 0) detail += fmt::format(", {} of {} NVLinks down", down, gpu.nvlinks.size());
  }
  /// After all GPUs: what is none of them is a switch.
  void add_links_of(const GpuLinks& gpu) {
    std::map<std::string, Bundle> bundles;
    for (const Nvlink& link : gpu.nvlinks) {
      if (link.remote.empty()) continue;
      Bundle& bundle = bundles[link.remote];
      ++bundle.links;
      if (link.is_up) ++bundle.up;
    }
    for (const auto& [remote, bundle] : bundles)
      add_bundle(part_of(gpu.address, "gpu"), remote, gpu.capability, bundle);
  }

 private:
  struct Bundle {
    int links = 0;
    int up = 0;
  };

  int part_of(const std::string& address, const char* kind) {
    const auto known = by_name_.find(address);
    if (known != by_name_.end()) return known->second;
    return by_name_[address] = parts_.add({kind, address, "", 0});
  }

  /// Links between two GPUs are told at both ends.
  void add_bundle(int gpu, const std::string& remote, int capability, const Bundle& bundle) {
    const int end = part_of(remote, "nvswitch");
    const bool is_told = std::ranges::any_of(parts_.links, [&](const PartLink& link) {
      return link.kind == "nvlink" && link.from == end && link.to == gpu;
    });
    if (is_told) return;
    PartLink link{gpu,
                  end,
                  "nvlink",
                  fmt::format("{} links", bundle.up),
                  nvlink_bytes_per_s(capability, bundle.up),
                  nvlink_bytes_per_s(capability, bundle.links)};
    if (bundle.up < bundle.links)
      link.detail = fmt::format("{} of {} links", bundle.up, bundle.links);
    parts_.links.push_back(std::move(link));
  }

  Parts& parts_;
  std::map<std::string, int> by_name_;
};

}  // namespace

void add_gpu_links(Parts& parts, std::span<const GpuLinks> gpus) {
  Adder adder{parts};
  for (const GpuLinks& gpu : gpus) adder.add_gpu(gpu);
  for (const GpuLinks& gpu : gpus) adder.add_links_of(gpu);
}

}  // namespace assay::topology
