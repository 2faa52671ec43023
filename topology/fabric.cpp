#include "topology/fabric.hpp"
#include "topology/hostlist.hpp"
namespace assay::topology {
Leaves flat_leaves(std::size_t n) { return {Fabric::Source::flat, {"network"}, std::vector<int>(n)}; }
Leaves leaves_of(const Fabric&, std::span<const std::string> h) { return flat_leaves(h.size()); }
std::optional<Leaves> guess_leaves(std::span<const double>, std::size_t) { return std::nullopt; }
std::string read_fabric_text(const std::filesystem::path&) { return ""; }
Fabric parse_fabric(const std::filesystem::path&, std::string_view) { return {}; }
std::vector<std::string> expand_hostlist(std::string_view) { return {}; }
}
