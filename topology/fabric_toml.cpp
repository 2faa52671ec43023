#include <fmt/format.h>
#include <fmt/ranges.h>

#include <toml++/toml.h>
#include <algorithm>
#include <array>

#include "topology/fabric.hpp"
#include "topology/fabric_builder.hpp"

namespace assay::topology {

namespace {

int line_of(const toml::node& node) { return static_cast<int>(node.source().begin.line); }

template <std::size_t Count>
void refuse_unknown_keys(const toml::table& table,
                         const std::array<std::string_view, Count>& known) {
  for (const auto& [key, value] : table)
    if (std::find(known.begin(), known.end(), key.str()) == known.end())
      refuse_line(static_cast<int>(key.source().begin.line),
                  fmt::format("unknown key '{}'; known: {}", key.str(), fmt::join(known, ", ")));
}

/// A list of texts as one hostlist expression; empty where the key is not there.
std::string list_of(const toml::table& table, std::string_view key) {
  const toml::node* node = table.get(key);
  if (node == nullptr) return {};
  const toml::array* list = node->as_array();
  if (list == nullptr || list->empty())
    refuse_line(line_of(*node), fmt::format("'{}' must be a list of names in quotes", key));
  std::vector<std::string> names;
  for (const toml::node& entry : *list) {
    const auto name = entry.value_exact<std::string>();
    if (!name || name->empty())
      refuse_line(line_of(entry), fmt::format("'{}' must hold names in quotes", key));
    names.push_back(*name);
  }
  return fmt::format("{}", fmt::join(names, ","));
}

void add_switch(const toml::node& node, FabricBuilder& builder) {
  const toml::table* table = node.as_table();
  if (table == nullptr) refuse_line(line_of(node), "each switch must be a [[switch]] table");
  refuse_unknown_keys(*table, std::array<std::string_view, 3>{"name", "hosts", "switches"});
  const toml::node* name = table->get("name");
  const auto text = name == nullptr ? std::nullopt : name->value_exact<std::string>();
  if (!text)
    refuse_line(line_of(name == nullptr ? node : *name), "'name' must be a text in quotes");
  builder.add(*text, list_of(*table, "hosts"), list_of(*table, "switches"), line_of(node));
}

toml::table parse(std::string_view text) {
  try {
    return toml::parse(text);
  } catch (const toml::parse_error& error) {
    refuse_line(static_cast<int>(error.source().begin.line), std::string{error.description()});
  }
}

}  // namespace

Fabric parse_fabric_toml(std::string_view text) {
  const toml::table root = parse(text);
  refuse_unknown_keys(root, std::array<std::string_view, 1>{"switch"});
  FabricBuilder builder;
  if (const toml::node* switches = root.get("switch")) {
    const toml::array* list = switches->as_array();
    if (list == nullptr) refuse_line(line_of(*switches), "write each switch as [[switch]]");
    for (const toml::node& entry : *list) add_switch(entry, builder);
  }
  return std::move(builder).build();
}

}  // namespace assay::topology
