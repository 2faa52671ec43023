#include "results/compare/thresholds.hpp"

#include <fmt/format.h>

#include <toml++/toml.h>

#include <array>
#include <string_view>

#include "core/error.hpp"
#include "results/files.hpp"
#include "results/text.hpp"

namespace assay::results {

namespace {

/// The place of everything that is wrong is told with it.
class Reader {
 public:
  explicit Reader(std::string file) : file_{std::move(file)} {}

  [[noreturn]] void refuse(const toml::source_region& place, const std::string& what) const {
    throw UsageError{
        fmt::format("{}:{}:{}: {}", file_, place.begin.line, place.begin.column, what)};
  }

  [[nodiscard]] const toml::table& table(const toml::node& node, std::string_view name) const {
    if (!node.is_table()) refuse(node.source(), fmt::format("'{}' must be a section", name));
    return *node.as_table();
  }

  [[nodiscard]] double share(const toml::node& node, std::string_view name) const {
    const auto value = node.is_number() ? node.value<double>() : std::nullopt;
    if (!value || !(*value > 0 && *value < 1))
      refuse(node.source(), fmt::format("'{}' must be a number between 0 and 1", name));
    return *value;
  }

  [[nodiscard]] CellThresholds cell(const toml::table& table, CellThresholds cell) const {
    for (const auto& [key, node] : table) {
      if (key.str() == "change")
        cell.change = share(node, key.str());
      else if (key.str() == "between_runs")
        cell.between_runs = share(node, key.str());
      else if (key.str() == "unrepeated")
        cell.unrepeated = share(node, key.str());
      else
        refuse(key.source(),
               fmt::format("unknown key '{}'; known: change, between_runs, unrepeated", key.str()));
    }
    return cell;
  }

 private:
  std::string file_;
};

/// What can be compared of what Assay and the tools that it imports measure.
constexpr std::array benchmarks{
    "all_gather",      "all_gather_v", "all_reduce",    "all_to_all",     "all_to_all_v",
    "barrier",         "broadcast",    "copy",          "digest",         "gather",
    "matmul",          "memory",       "pair",          "pair_both_ways", "pair_latency",
    "pair_round_trip", "pairs",        "pairs_latency", "peer_copy",      "reduce",
    "reduce_scatter",  "reduction",    "scatter",       "send_recv"};

std::set<std::string> known_with(std::set<std::string> held) {
  held.insert(benchmarks.begin(), benchmarks.end());
  return held;
}

toml::table parse(const Reader& reader, const std::filesystem::path& file) {
  try {
    return toml::parse(read_whole_file(file), file.string());
  } catch (const toml::parse_error& problem) {
    reader.refuse(problem.source(), std::string{problem.description()});
  }
}

}  // namespace

const CellThresholds& CompareThresholds::of(const std::string& name) const {
  const auto found = benchmark.find(name);
  return found == benchmark.end() ? all : found->second;
}

CompareThresholds read_thresholds(const std::filesystem::path& file,
                                  const std::set<std::string>& held) {
  const auto known = known_with(held);
  const Reader reader{file.string()};
  const toml::table root = parse(reader, file);
  CompareThresholds thresholds;
  if (const toml::node* node = root.get("default"))
    thresholds.all = reader.cell(reader.table(*node, "default"), thresholds.all);
  for (const auto& [key, node] : root) {
    if (key.str() == "default") continue;
    if (key.str() == "false_discovery_rate") {
      thresholds.false_discovery_rate = reader.share(node, key.str());
    } else if (key.str() == "benchmark") {
      for (const auto& [name, section] : reader.table(node, key.str())) {
        const std::string benchmark{name.str()};
        if (!known.contains(benchmark))
          reader.refuse(name.source(), printable(fmt::format("unknown benchmark '{}'; known: {}",
                                                             benchmark, fmt::join(known, ", "))));
        thresholds.benchmark[benchmark] =
            reader.cell(reader.table(section, name.str()), thresholds.all);
      }
    } else {
      reader.refuse(key.source(),
                    fmt::format("unknown key '{}'; known: false_discovery_rate, default, benchmark",
                                key.str()));
    }
  }
  return thresholds;
}

}  // namespace assay::results
