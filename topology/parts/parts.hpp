#pragma once

#include <optional>
#include <string>
#include <vector>

namespace assay::topology {

/// Something that a machine or a network is made of.
struct Part {
  static constexpr int top = -1;

  std::string kind;  ///< host, package, numa, bridge, pci, gpu, nic, switch, block
  std::string name;
  std::string detail;  ///< what else is known, for people; may be empty
  int parent = top;    ///< index of the part that this one hangs on or lies in
};

/// A way between two parts, and what it can carry one way, by arithmetic.
struct PartLink {
  int from = 0;
  int to = 0;
  std::string kind;                         ///< pcie, nvlink, infiniband, network
  std::string detail;                       ///< "16 GT/s x16", "4xHDR", "12 links"
  std::optional<double> bytes_per_s;        ///< the ceiling; absent: not known
  std::optional<double> both_ends_allow;    ///< the same of what both ends could do
  [[nodiscard]] bool is_degraded() const {  ///< it runs narrower or slower than it could
    return bytes_per_s && both_ends_allow && *bytes_per_s < *both_ends_allow;
  }
};

/// What is there: parts in an order in which each comes after the one that it hangs on, and the
/// links between them. A link to a part's own parent is that part's uplink.
struct Parts {
  std::string origin;  ///< NCCL topology XML, ...
  std::vector<Part> parts;
  std::vector<PartLink> links;

  int add(Part part);  ///< its index
  [[nodiscard]] const PartLink* uplink_of(int part) const;
};

/// A tree, links that are no uplinks below it, and what is degraded last. Control characters in
/// names are taken out.
[[nodiscard]] std::string parts_text(const Parts& parts);
[[nodiscard]] std::string parts_json(const Parts& parts);
/// A picture: a column for each level, degraded links in red with their figures.
[[nodiscard]] std::string parts_svg(const Parts& parts);

}  // namespace assay::topology
