#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <map>
#include <string_view>

#include "core/printable.hpp"
#include "core/utf8.hpp"
#include "results/export/formats.hpp"
#include "results/setting.hpp"

namespace assay::results {

namespace {

bool is_number(std::string_view text) {
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc{} && end == text.data() + text.size();
}

/// Whether a spreadsheet would take text for a formula and do what it says.
bool is_formula(const std::string& text) {
  return !text.empty() && std::string_view{"=+-@"}.find(text[0]) != std::string_view::npos &&
         !is_number(text);
}

/// Quoted where RFC 4180 wants it. Text that a spreadsheet would run has an apostrophe before it,
/// which it takes for a sign that this is text.
std::string cell(const std::string& value) {
  std::string text = printable(valid_utf8(value));
  if (is_formula(text)) text.insert(0, 1, '\'');
  if (text.find_first_of(",\"") == std::string::npos) return text;
  std::string quoted = "\"";
  for (const char byte : text) quoted += byte == '"' ? "\"\"" : std::string(1, byte);
  return quoted + "\"";
}

using Row = std::map<std::string, std::string>;

void put_number(Row& row, const char* name, std::optional<double> value) {
  if (value) row[name] = fmt::format("{}", *value);
}

/// The figures of a record, in the order of the columns.
constexpr std::array figure_columns{"confirmation",
                                    "samples",
                                    "median_s",
                                    "mean_s",
                                    "interval_low_s",
                                    "interval_high_s",
                                    "fast_s",
                                    "p1_s",
                                    "p5_s",
                                    "p95_s",
                                    "p99_s",
                                    "algorithm_bandwidth_bytes_per_s",
                                    "bus_bandwidth_bytes_per_s",
                                    "rate_flop_per_s",
                                    "wrong",
                                    "arrival_skew_s",
                                    "stop",
                                    "time"};

Row figures_of(const Record& record) {
  Row row;
  row["confirmation"] = fmt::format("{}", record.confirmation);
  if (!record.samples_s.empty()) row["samples"] = fmt::format("{}", record.samples_s.size());
  put_number(row, "median_s", record.median_s);
  put_number(row, "mean_s", record.mean_s);
  if (record.interval_s) {
    put_number(row, "interval_low_s", (*record.interval_s)[0]);
    put_number(row, "interval_high_s", (*record.interval_s)[1]);
  }
  put_number(row, "fast_s", record.fast_s);
  if (const auto& percentiles = record.percentiles_s) {
    put_number(row, "p1_s", percentiles->p1);
    put_number(row, "p5_s", percentiles->p5);
    put_number(row, "p95_s", percentiles->p95);
    put_number(row, "p99_s", percentiles->p99);
  }
  put_number(row, "algorithm_bandwidth_bytes_per_s", record.algorithm_bandwidth_bytes_per_s);
  put_number(row, "bus_bandwidth_bytes_per_s", record.bus_bandwidth_bytes_per_s);
  put_number(row, "rate_flop_per_s", record.rate_flop_per_s);
  if (record.wrong) row["wrong"] = fmt::format("{}", *record.wrong);
  put_number(row, "arrival_skew_s", record.arrival_skew_s);
  if (record.stop) row["stop"] = *record.stop;
  if (record.time) row["time"] = *record.time;
  return row;
}

}  // namespace

std::string records_csv(const JudgedRun& judged) {
  std::vector<std::string> columns;
  std::vector<Row> rows;
  const auto add_column = [&columns](const std::string& name) {
    if (std::ranges::find(columns, name) == columns.end()) columns.push_back(name);
  };
  for (const Record& record : judged.run.records) {
    rows.push_back(figures_of(record));
    for (const auto& [name, value] : settings_of(record)) {
      add_column(std::string{name});
      rows.back()[std::string{name}] = value;
    }
  }
  for (const char* name : figure_columns)
    if (std::ranges::any_of(rows, [name](const Row& row) { return row.contains(name); }))
      add_column(name);

  std::string text;
  for (const std::string& column : columns) text += (text.empty() ? "" : ",") + column;
  text += "\r\n";
  for (Row& row : rows) {
    for (const std::string& column : columns)
      text += (&column == columns.data() ? "" : ",") + cell(row[column]);
    text += "\r\n";
  }
  return text;
}

}  // namespace assay::results
