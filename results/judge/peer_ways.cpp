#include "results/judge/peer_ways.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>

namespace assay::results {

std::string far_end(const std::string& link) {
  constexpr std::string_view mark = ", to ";
  const auto at = link.find(mark);
  return at == std::string::npos ? "" : link.substr(at + mark.size());
}

PeerWays::PeerWays(const Run& run) {
  for (const Record& record : run.records) {
    if (record.benchmark != "inventory" || !record.host || !record.device) continue;
    Gpu& gpu = gpus_[{*record.host, *record.device}];
    for (const auto& [name, text] : record.report.facts) {
      if (name == "pci") gpu.bus = text;
      if (name.starts_with("nvlink") && text.starts_with("up")) ++gpu.links[far_end(text)];
    }
  }
}

const PeerWays::Gpu* PeerWays::find(const std::string& host, const std::string& device) const {
  const auto found = gpus_.find({host, device});
  return found == gpus_.end() ? nullptr : &found->second;
}

std::string PeerWays::between(const std::string& host, const std::string& device,
                              const std::string& peer) const {
  const Gpu* one = find(host, device);
  const Gpu* other = find(host, peer);
  if (one != nullptr && other != nullptr) {
    const auto direct = one->links.find(other->bus);
    if (!other->bus.empty() && direct != one->links.end())
      return fmt::format("nvlink x{}", direct->second);
    const bool meet = std::ranges::any_of(
        one->links, [&](const auto& link) { return other->links.contains(link.first); });
    if (meet) return "nvswitch";
  }
  return fmt::format("{}->{}", device, peer);
}

}  // namespace assay::results
