#include "results/import/nvbandwidth_run.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

namespace assay::results {

namespace {

/// Unit at the end of a description, and what it is in base units.
struct Unit {
  std::string_view ending;
  std::string_view name;
  double factor;
  bool is_time;
};
constexpr std::array units{Unit{"(GB/s)", "GB/s", 1e9, false}, Unit{"(ns)", "ns", 1e-9, true}};

const Unit* unit_of(std::string_view description) {
  const auto* found = std::ranges::find_if(
      units, [&](const Unit& unit) { return description.ends_with(unit.ending); });
  return found == units.end() ? nullptr : found;
}

/// "CPU" of "CPU(row)"; empty: there is none.
std::string_view before(std::string_view text, std::string_view mark) {
  const auto end = text.find(mark);
  if (end == std::string_view::npos) return {};
  text = text.substr(0, end);
  return text.substr(std::min(text.size(), text.find_last_of(' ') + 1));
}

std::string lower(std::string_view text) {
  std::string result{text};
  std::ranges::transform(result, result.begin(), [](unsigned char byte) {
    return static_cast<char>(byte >= 'A' && byte <= 'Z' ? byte - 'A' + 'a' : byte);
  });
  return result;
}

/// "cpu0->gpu1" by the description's own arrow. Where a description has no two ends, its column
/// alone.
std::string ends_of(std::string_view description, const std::string& row,
                    const std::string& column) {
  const std::string from = lower(before(description, "(row)"));
  const std::string to = lower(before(description, "(column)"));
  if (from.empty()) return to + column;
  for (const std::string_view arrow : {"<->", "->", "<-"})
    if (description.find(fmt::format(" {} ", arrow)) != std::string_view::npos)
      return fmt::format("{}{}{}{}{}", from, row, arrow, to, column);
  return fmt::format("{}{} {}{}", from, row, to, column);
}

/// Between "(column)" and "bandwidth": "Read1", "Total"; empty: nothing.
std::string part_of(std::string_view description) {
  for (const std::string_view part : {"Read1", "Read2", "Write1", "Write2", "Total"})
    if (description.find(fmt::format(" {} ", part)) != std::string_view::npos)
      return "/" + lower(part);
  return "";
}

/// Cells are printed with two decimals, so that each may be off by half of the second.
bool sum_agrees(const NvbandwidthMatrix& matrix) {
  if (!matrix.sum) return true;
  constexpr double half_of_second_decimal = 0.00501;
  double sum = 0;
  double off = half_of_second_decimal;
  for (const auto& row : matrix.rows)
    for (const auto& cell : row.cells) {
      if (!cell) continue;
      sum += *cell;
      off += half_of_second_decimal + 1e-5 * *cell;
    }
  return std::abs(sum - *matrix.sum) <= off;
}

}  // namespace

void add_nvbandwidth_matrix(const NvbandwidthMatrix& matrix, const std::string& statistic,
                            const std::string& host, ImportedLog& log) {
  const Unit* unit = unit_of(matrix.description);
  if (unit == nullptr) {
    log.unread.push_back({matrix.place, fmt::format("unknown unit in '{}'", matrix.description)});
    return;
  }
  if (!sum_agrees(matrix)) {
    log.unread.push_back(
        {matrix.place, fmt::format("the sum of {} is printed as {}, which its cells "
                                   "do not make",
                                   matrix.test, *matrix.sum)});
    return;
  }
  for (const auto& row : matrix.rows) {
    for (std::size_t i = 0; i < row.cells.size(); ++i) {
      if (!row.cells[i]) continue;
      Record record;
      record.benchmark = "copy";
      record.implementation = "nvbandwidth";
      record.algorithm = matrix.test + part_of(matrix.description);
      record.memory = "device";
      record.label = imported_label;
      if (!host.empty()) record.host = host;
      record.device = ends_of(matrix.description, row.name, matrix.columns[i]);
      const double value = *row.cells[i] * unit->factor;
      if (unit->is_time)
        record.median_s = value;
      else
        record.algorithm_bandwidth_bytes_per_s = value;
      record.source = Source{.tool = "nvbandwidth",
                             .version = log.version,
                             .place = row.place,
                             .statistic = statistic,
                             .unit = std::string{unit->name},
                             .figures = {{matrix.description, *row.cells[i]}}};
      log.records.push_back(std::move(record));
    }
  }
}

}  // namespace assay::results
