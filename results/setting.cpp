#include "results/setting.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <optional>

namespace assay::results {

namespace {

constexpr std::array<std::string_view, 8> self_explaining{
    "benchmark", "implementation", "algorithm", "transport", "memory", "label", "dtype", "op"};

class Settings {
 public:
  void add(std::string_view name, const std::string& value) { list_.push_back({name, value}); }
  void add(std::string_view name, const std::optional<std::string>& value) {
    if (value) add(name, *value);
  }
  void add(std::string_view name, std::optional<bool> value) {
    if (value) add(name, std::string{*value ? "true" : "false"});
  }
  template <class Number>
  void add(std::string_view name, std::optional<Number> value) {
    if (value) add(name, fmt::format("{}", *value));
  }

  [[nodiscard]] std::vector<Setting> take() { return std::move(list_); }

 private:
  std::vector<Setting> list_;
};

}  // namespace

std::vector<Setting> settings_of(const Record& record) {
  Settings settings;
  settings.add("benchmark", record.benchmark);
  settings.add("implementation", record.implementation);
  settings.add("algorithm", record.algorithm);
  settings.add("transport", record.transport);
  settings.add("memory", record.memory);
  settings.add("label", record.label);
  settings.add("dtype", record.dtype);
  settings.add("op", record.op);
  settings.add("shape", record.shape);
  settings.add("layout", record.layout);
  settings.add("threads", record.threads);
  settings.add("operands", record.operands);
  settings.add("root", record.root);
  settings.add("size_bytes", record.size_bytes);
  settings.add("ranks", record.ranks);
  settings.add("group", record.group);
  if (!record.members.empty())
    settings.add("members", fmt::format("{}", fmt::join(record.members, " ")));
  settings.add("in_place", record.in_place);
  settings.add("registered", record.registered);
  settings.add("symmetric_window", record.symmetric_window);
  settings.add("graph", record.graph);
  settings.add("selection", record.selection);
  settings.add("aggregated", record.aggregated);
  if (record.trace) settings.add("traced", std::optional{true});
  settings.add("from", record.from);
  settings.add("to", record.to);
  settings.add("from_rank", record.from_rank);
  settings.add("to_rank", record.to_rank);
  settings.add("rail", record.rail);
  settings.add("concurrent_rails", record.concurrent_rails);
  settings.add("rank", record.rank);
  settings.add("host", record.host);
  settings.add("device", record.device);
  settings.add("peer", record.peer);
  return settings.take();
}

std::string setting_name(const std::vector<Setting>& settings) {
  std::string name;
  for (const auto& [field, value] : settings) {
    if (!name.empty()) name += '/';
    if (std::ranges::find(self_explaining, field) == self_explaining.end())
      name += fmt::format("{}:", field);
    name += value;
  }
  return name;
}

}  // namespace assay::results
