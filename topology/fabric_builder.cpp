#include "topology/fabric_builder.hpp"

#include <fmt/format.h>

#include "core/error.hpp"
#include "topology/hostlist.hpp"

namespace assay::topology {

namespace {

std::vector<std::string> expand_at(std::string_view text, int line) {
  try {
    return expand_hostlist(text);
  } catch (const UsageError& error) {
    refuse_line(line, error.what());
  }
}

}  // namespace

void refuse_line(int line, const std::string& what) {
  throw UsageError{fmt::format("line {}: {}", line, what)};
}

void FabricBuilder::add(const std::string& name, std::string_view hosts, std::string_view switches,
                        int line) {
  if (name.empty()) refuse_line(line, "a switch has no name");
  const int index = static_cast<int>(fabric_.switches.size());
  const auto [known, is_new] = index_of_.emplace(name, index);
  if (!is_new)
    refuse_line(line, fmt::format("switch '{}' stands in line {} already", name,
                                  line_of_[static_cast<std::size_t>(known->second)]));
  if (hosts.empty() == switches.empty())
    refuse_line(line, fmt::format("switch '{}' must have either hosts or switches below it", name));
  fabric_.switches.push_back({name, Switch::top});
  line_of_.push_back(line);
  if (!hosts.empty()) add_hosts(index, hosts, line);
  if (!switches.empty())
    for (std::string& below : expand_at(switches, line))
      below_.push_back({index, std::move(below), line});
}

void FabricBuilder::add_hosts(int above, std::string_view hosts, int line) {
  for (std::string& host : expand_at(hosts, line)) {
    const auto [known, is_new] = line_of_host_.emplace(host, line);
    if (!is_new)
      refuse_line(line, fmt::format("host '{}' stands in line {} already", host, known->second));
    fabric_.hosts.push_back(std::move(host));
    fabric_.switch_of.push_back(above);
  }
}

void FabricBuilder::set_parents() {
  for (const Below& below : below_) {
    const auto found = index_of_.find(below.name);
    if (found == index_of_.end())
      refuse_line(below.line, fmt::format("switch '{}' is described nowhere", below.name));
    int& parent = fabric_.switches[static_cast<std::size_t>(found->second)].parent;
    if (parent != Switch::top)
      refuse_line(below.line, fmt::format("switch '{}' is below switch '{}' already", below.name,
                                          fabric_.switches[static_cast<std::size_t>(parent)].name));
    parent = below.above;
  }
}

void FabricBuilder::refuse_circles() const {
  for (std::size_t start = 0; start < fabric_.switches.size(); ++start) {
    std::size_t steps = 0;
    for (int at = static_cast<int>(start); at != Switch::top;
         at = fabric_.switches[static_cast<std::size_t>(at)].parent)
      if (++steps > fabric_.switches.size())
        refuse_line(line_of_[start],
                    fmt::format("switch '{}' is above itself, or leads to a circle",
                                fabric_.switches[start].name));
  }
}

Fabric FabricBuilder::build() && {
  if (fabric_.hosts.empty()) throw UsageError{"no switch has hosts"};
  set_parents();
  refuse_circles();
  fabric_.source = Fabric::Source::file;
  return std::move(fabric_);
}

}  // namespace assay::topology
