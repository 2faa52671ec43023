#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "core/error.hpp"
#include "topology/parts/link_rate.hpp"
#include "topology/parts/readers.hpp"
#include "topology/parts/xml.hpp"

namespace assay::topology {

namespace {

/// PCI classes as NCCL writes them: 0x030200 is a GPU.
std::string kind_of(std::string_view pci_class) {
  if (pci_class.starts_with("0x03")) return "gpu";
  if (pci_class.starts_with("0x02") || pci_class.starts_with("0x0c06")) return "nic";
  if (pci_class.starts_with("0x0680")) return "nvswitch";
  if (pci_class.starts_with("0x06")) return "bridge";
  return "pci";
}

struct PendingNvlink {
  int from;
  std::string target;
  int links;
  int capability;
};

class Reader {
 public:
  [[nodiscard]] Parts read(const pugi::xml_node& system) {
    const int host = parts_.add({"host", "system", "", Part::top});
    for (const auto& node : system.children()) descend(node, host);
    connect();
    return std::move(parts_);
  }

 private:
  void descend(const pugi::xml_node& node, int parent) {
    const std::string_view name = node.name();
    int here = parent;
    if (name == "cpu") {
      here = parts_.add(
          {"numa", fmt::format("numa {}", node.attribute("numaid").value()),
           fmt::format("{} {}", node.attribute("arch").value(), node.attribute("vendor").value()),
           parent});
    } else if (name == "pci") {
      here = add_pci(node, parent);
    } else if (name == "gpu" || name == "nic" || name == "net") {
      Part& part = parts_.parts[static_cast<std::size_t>(parent)];
      if (name == "gpu") part.detail = fmt::format("gpu {}", node.attribute("dev").value());
      if (name == "net")
        part.detail = fmt::format("{} {} Mb/s", node.attribute("name").value(),
                                  node.attribute("speed").value());
    } else if (name == "nvlink") {
      nvlinks_.push_back({parent, node.attribute("target").value(),
                          node.attribute("count").as_int(1),
                          node.parent().attribute("sm").as_int(0)});
    }
    for (const auto& child : node.children()) descend(child, here);
  }

  int add_pci(const pugi::xml_node& node, int parent) {
    const std::string bus = node.attribute("busid").value();
    const int part = parts_.add({kind_of(node.attribute("class").value()), bus, "", parent});
    by_bus_[bus] = part;
    const std::string speed = node.attribute("link_speed").value();
    const int lanes = node.attribute("link_width").as_int(0);
    PartLink link{part, parent, "pcie", fmt::format("{} x{}", speed, lanes), {}, {}};
    const auto rate = gigatransfers_in(speed);
    if (rate && lanes > 0) link.bytes_per_s = pcie_bytes_per_s(*rate, lanes);
    if (!speed.empty()) parts_.links.push_back(link);
    return part;
  }

  /// Ends of NVLinks may come before the part that they lead to. Each is told at both ends.
  void connect() {
    std::map<std::pair<int, int>, bool> told;
    for (const PendingNvlink& pending : nvlinks_) {
      const auto target = by_bus_.find(pending.target);
      if (target == by_bus_.end()) continue;
      const auto ends = std::minmax(pending.from, target->second);
      if (!told.emplace(std::pair{ends.first, ends.second}, true).second) continue;
      parts_.links.push_back({ends.first,
                              ends.second,
                              "nvlink",
                              fmt::format("{} links", pending.links),
                              nvlink_bytes_per_s(pending.capability, pending.links),
                              {}});
    }
  }

  Parts parts_;
  std::map<std::string, int> by_bus_;
  std::vector<PendingNvlink> nvlinks_;
};

}  // namespace

bool is_nccl_xml(std::string_view text) {
  return text.find("<system") != std::string_view::npos &&
         text.find("<cpu") != std::string_view::npos;
}

Parts read_nccl_xml(std::string_view text) {
  const auto document = parse_xml(text);
  const auto system = document.child("system");
  if (!system) throw UsageError{"has no <system>; NCCL writes one with NCCL_TOPO_DUMP_FILE"};
  return Reader{}.read(system);
}

}  // namespace assay::topology
