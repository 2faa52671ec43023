#include <fmt/format.h>

#include "core/error.hpp"
#include "topology/parts/readers.hpp"
#include "topology/parts/xml.hpp"

namespace assay::topology {

namespace {

constexpr double gigabyte = 1e9;

/// "0302 [10de:15f9] ...": the class, and who made it.
std::string kind_of(std::string_view pci_type) {
  if (pci_type.starts_with("03")) return "gpu";
  if (pci_type.starts_with("02") || pci_type.starts_with("0c06")) return "nic";
  return "pci";
}

/// "Package 0", "NUMANode 0"; of a PCI device its address.
std::string name_of(const pugi::xml_node& object) {
  if (const auto bus = object.attribute("pci_busid")) return bus.value();
  if (const auto bridge = object.attribute("bridge_pci")) return bridge.value();
  if (const auto name = object.attribute("name")) return name.value();
  return fmt::format("{} {}", object.attribute("type").value(),
                     object.attribute("os_index").as_string("?"));
}

class Reader {
 public:
  [[nodiscard]] Parts read(const pugi::xml_node& topology) {
    for (const auto& object : topology.children("object")) descend(object, Part::top);
    return std::move(parts_);
  }

 private:
  void descend(const pugi::xml_node& object, int parent) {
    const std::string_view type = object.attribute("type").value();
    int here = parent;
    if (type == "Machine") {
      here = parts_.add({"host", host_of(object), "", parent});
    } else if (type == "Package" || type == "NUMANode") {
      const int part = parts_.add({type == "Package" ? "package" : "numa", name_of(object),
                                   info_of(object, "CPUModel"), parent});
      if (type == "Package") here = part;  // a NUMA node holds memory, not parts
    } else if (type == "Bridge" || type == "PCIDev") {
      here =
          parts_.add({type == "Bridge" ? "bridge" : kind_of(object.attribute("pci_type").value()),
                      name_of(object), info_of(object, "PCIDevice"), parent});
      add_uplink(object, here, parent);
    } else if (type == "OSDev" && parent != Part::top) {
      Part& part = parts_.parts[static_cast<std::size_t>(parent)];
      part.detail += fmt::format("{}{}", part.detail.empty() ? "" : " ", name_of(object));
    }
    for (const auto& child : object.children("object")) descend(child, here);
  }

  /// lstopo has gigabytes a second, one way.
  void add_uplink(const pugi::xml_node& object, int part, int parent) {
    const double speed = object.attribute("pci_link_speed").as_double(0);
    if (parent == Part::top || speed <= 0) return;
    parts_.links.push_back(
        {part, parent, "pcie", fmt::format("{:.3g} GB/s", speed), speed * gigabyte, {}});
  }

  static std::string info_of(const pugi::xml_node& object, const char* name) {
    return object.find_child_by_attribute("info", "name", name).attribute("value").value();
  }
  static std::string host_of(const pugi::xml_node& object) {
    const std::string name = info_of(object, "HostName");
    return name.empty() ? "machine" : name;
  }

  Parts parts_;
};

}  // namespace

bool is_lstopo_xml(std::string_view text) {
  return text.find("<topology") != std::string_view::npos &&
         text.find("<object") != std::string_view::npos;
}

Parts read_lstopo_xml(std::string_view text) {
  const auto document = parse_xml(text);
  const auto topology = document.child("topology");
  if (!topology) throw UsageError{"has no <topology>; lstopo writes one with --of xml"};
  return Reader{}.read(topology);
}

}  // namespace assay::topology
