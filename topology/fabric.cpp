#include "topology/fabric.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <fstream>
#include <map>
#include <sstream>

#include "core/error.hpp"

namespace assay::topology {

namespace {

std::string read_text(const std::filesystem::path& file) {
  std::ifstream stream{file, std::ios::binary};
  std::ostringstream text;
  text << stream.rdbuf();
  if (!stream || std::filesystem::is_directory(file))
    throw UsageError{fmt::format("{}: cannot be read", file.string())};
  return text.str();
}

std::string short_name(const std::string& host) { return host.substr(0, host.find('.')); }

/// The hosts of a fabric by name, and by short name where that is one host's only.
class HostIndex {
 public:
  explicit HostIndex(const std::vector<std::string>& hosts) {
    for (std::size_t i = 0; i < hosts.size(); ++i) {
      exact_.emplace(hosts[i], static_cast<int>(i));
      const auto [known, is_new] = short_.emplace(short_name(hosts[i]), static_cast<int>(i));
      if (!is_new) known->second = ambiguous;
    }
  }

  /// Below 0 where there is none.
  [[nodiscard]] int find(const std::string& host) const {
    if (const auto found = exact_.find(host); found != exact_.end()) return found->second;
    const auto found = short_.find(short_name(host));
    if (found == short_.end()) return unknown;
    return found->second;
  }

  /// True where one name is the other's short form.
  [[nodiscard]] static bool fits(const std::string& one, const std::string& other) {
    return one == other || one == short_name(other) || other == short_name(one);
  }

 private:
  static constexpr int unknown = -1;
  static constexpr int ambiguous = -2;
  std::map<std::string, int> exact_;
  std::map<std::string, int> short_;
};

}  // namespace

std::string read_fabric_text(const std::filesystem::path& file) { return read_text(file); }

Fabric parse_fabric(const std::filesystem::path& file, std::string_view text) {
  try {
    Fabric fabric =
        file.extension() == ".toml" ? parse_fabric_toml(text) : parse_slurm_topology(text);
    fabric.origin = file.string();
    return fabric;
  } catch (const UsageError& error) {
    throw UsageError{fmt::format("{}: {}", file.string(), error.what())};
  }
}

Fabric read_fabric(const std::filesystem::path& file) {
  return parse_fabric(file, read_fabric_text(file));
}

Leaves leaves_of(const Fabric& fabric, std::span<const std::string> hosts) {
  const HostIndex index{fabric.hosts};
  std::vector<int> switch_of;
  std::vector<std::string> unknown;
  for (const std::string& host : hosts) {
    const int found = index.find(host);
    if (found < 0 || !HostIndex::fits(host, fabric.hosts[static_cast<std::size_t>(found)]))
      unknown.push_back(host);
    else
      switch_of.push_back(fabric.switch_of[static_cast<std::size_t>(found)]);
  }
  if (!unknown.empty())
    throw UsageError{
        fmt::format("{} does not contain {}",
                    fabric.origin.empty() ? "the network's description" : fabric.origin,
                    fmt::join(unknown, ", "))};
  Leaves leaves{fabric.source, {}, {}};
  std::map<int, int> leaf_of_switch;
  for (const int which : switch_of) leaf_of_switch.emplace(which, 0);
  for (auto& [which, leaf] : leaf_of_switch) {
    leaf = leaves.count();
    leaves.names.push_back(fabric.switches[static_cast<std::size_t>(which)].name);
  }
  for (const int which : switch_of) leaves.leaf_of.push_back(leaf_of_switch[which]);
  return leaves;
}

Leaves flat_leaves(std::size_t hosts) {
  Leaves leaves;
  if (hosts > 0) leaves.names.emplace_back("flat");
  leaves.leaf_of.assign(hosts, 0);
  return leaves;
}

}  // namespace assay::topology
