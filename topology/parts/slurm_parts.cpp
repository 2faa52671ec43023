#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "core/error.hpp"
#include "topology/fabric.hpp"
#include "topology/hostlist.hpp"
#include "topology/parts/readers.hpp"

namespace assay::topology {

namespace {

constexpr std::string_view block_key = "BlockName=";
constexpr std::string_view blanks = " \t\r";

/// The values of a line's words such as Nodes=n[1-4], by their keys.
std::map<std::string, std::string, std::less<>> values_in(std::string_view line) {
  std::map<std::string, std::string, std::less<>> values;
  while (true) {
    const auto begin = line.find_first_not_of(blanks);
    if (begin == std::string_view::npos) return values;
    const auto end = std::min(line.find_first_of(blanks, begin), line.size());
    const std::string_view word = line.substr(begin, end - begin);
    const auto equals = word.find('=');
    if (equals != std::string_view::npos)
      values.emplace(word.substr(0, equals), word.substr(equals + 1));
    line.remove_prefix(end);
  }
}

void add_hosts(Parts& parts, std::string_view list, int parent, std::map<std::string, int>& known,
               int number) {
  for (const std::string& host : expand_hostlist(list)) {
    const int part = parts.add({"host", host, "", parent});
    if (!known.emplace(host, part).second)
      throw UsageError{fmt::format("line {}: {} is in two blocks", number, host)};
    parts.links.push_back({part, parent, "network", "", {}, {}});
  }
}

void add_switch(const Fabric& fabric, int number, std::vector<int>& part_of, Parts& parts) {
  int& part = part_of[static_cast<std::size_t>(number)];
  if (part != Part::top) return;
  const Switch& here = fabric.switches[static_cast<std::size_t>(number)];
  if (here.parent != Switch::top) add_switch(fabric, here.parent, part_of, parts);
  const int parent =
      here.parent == Switch::top ? Part::top : part_of[static_cast<std::size_t>(here.parent)];
  part = parts.add({"switch", here.name, "", parent});
  if (parent != Part::top) parts.links.push_back({part, parent, "network", "", {}, {}});
}

}  // namespace

bool is_slurm_blocks(std::string_view text) {
  return text.find(block_key) != std::string_view::npos;
}

Parts read_slurm_blocks(std::string_view text) {
  Parts parts;
  std::map<std::string, int> hosts;
  for (int number = 1; !text.empty(); ++number) {
    const auto end = std::min(text.find('\n'), text.size());
    std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(text.size(), end + 1));
    line = line.substr(0, line.find('#'));
    const auto values = values_in(line);
    const auto name = values.find("BlockName");
    if (name == values.end()) continue;  // BlockSizes= and the like
    const auto nodes = values.find("Nodes");
    if (nodes == values.end() || nodes->second.empty())
      throw UsageError{fmt::format("line {}: block {} has no Nodes=", number, name->second)};
    const int block = parts.add({"block", name->second, "", Part::top});
    try {
      add_hosts(parts, nodes->second, block, hosts, number);
    } catch (const UsageError& problem) {
      const std::string what = problem.what();
      throw UsageError{what.starts_with("line ") ? what : fmt::format("line {}: {}", number, what)};
    }
  }
  return parts;
}

bool is_slurm_tree(std::string_view text) {
  return text.find("SwitchName=") != std::string_view::npos;
}

Parts read_slurm_tree(std::string_view text) {
  const Fabric fabric = parse_slurm_topology(text);
  Parts parts;
  std::vector<int> part_of(fabric.switches.size(), Part::top);
  for (std::size_t i = 0; i < fabric.switches.size(); ++i)
    add_switch(fabric, static_cast<int>(i), part_of, parts);
  for (std::size_t i = 0; i < fabric.hosts.size(); ++i) {
    const int parent = part_of[static_cast<std::size_t>(fabric.switch_of[i])];
    const int part = parts.add({"host", fabric.hosts[i], "", parent});
    parts.links.push_back({part, parent, "network", "", {}, {}});
  }
  return parts;
}

}  // namespace assay::topology
