#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "core/error.hpp"
#include "results/import/lines.hpp"
#include "results/import/logs.hpp"
#include "results/import/nvbandwidth_run.hpp"
#include "results/json_fields.hpp"

namespace assay::results {

namespace {

/// A cell is a number, or one as text, or "N/A".
std::optional<double> cell_of(const Json& json) {
  if (json.is_number()) {
    const double value = json.get<double>();
    if (value < 0) throw UsageError{"a cell is below 0"};
    return value;
  }
  if (!json.is_string()) throw UsageError{"a cell is neither a number nor a text"};
  const auto text = json.get<std::string>();
  if (text == "N/A") return std::nullopt;
  const auto value = decimal(text);
  if (!value) throw UsageError{fmt::format("a cell is '{}', not a number", text)};
  return value;
}

NvbandwidthMatrix matrix_of(const FieldReader& test, const std::string& place) {
  NvbandwidthMatrix matrix;
  matrix.place = place;
  matrix.test = test.required_text("name");
  matrix.description = test.required_text("bandwidth_description");
  matrix.sum = test.magnitude("sum");
  const Json* rows = test.find("bandwidth_matrix");
  if (rows == nullptr || !rows->is_array()) throw UsageError{"bandwidth_matrix is no list"};
  for (const Json& cells : *rows) {
    if (!cells.is_array()) throw UsageError{"a row of bandwidth_matrix is no list"};
    NvbandwidthMatrix::Row row{place, fmt::format("{}", matrix.rows.size()), {}};
    for (const Json& cell : cells) row.cells.push_back(cell_of(cell));
    if (!matrix.rows.empty() && row.cells.size() != matrix.rows[0].cells.size())
      throw UsageError{"rows of bandwidth_matrix differ in length"};
    matrix.rows.push_back(std::move(row));
  }
  for (std::size_t i = 0; !matrix.rows.empty() && i < matrix.rows[0].cells.size(); ++i)
    matrix.columns.push_back(fmt::format("{}", i));
  return matrix;
}

/// "device_to_device_memcpy_read_ce: Error: what went wrong"
std::string failure_of(const FieldReader& test, const std::string& status) {
  const auto error = test.text("error");
  return fmt::format("{}: {}{}", test.required_text("name"), status, error ? ": " + *error : "");
}

/// The host stands in brackets at the end of "0: NVIDIA H100 (00000000:01:00): (node7)".
std::string host_of(const FieldReader& fields) {
  const auto devices = fields.texts("GPU Device list");
  if (devices.empty() || !devices[0].ends_with(')')) return "";
  const auto bracket = devices[0].rfind('(');
  if (bracket == std::string::npos) return "";
  return devices[0].substr(bracket + 1, devices[0].size() - bracket - 2);
}

}  // namespace

bool is_nvbandwidth_json(std::string_view text) {
  return text.find("\"nvbandwidth\"") != std::string_view::npos &&
         text.find("\"testcases\"") != std::string_view::npos;
}

ImportedLog read_nvbandwidth_json(std::string_view text, const ImportHints&) {
  const Json json = parse_json(std::string{text});
  const FieldReader outer{json};
  const auto fields = outer.object("nvbandwidth");
  if (!fields) throw UsageError{"nvbandwidth is missing"};
  ImportedLog log;
  log.tool = "nvbandwidth";
  log.version = fields->text("version").value_or("");
  std::string statistic{nvbandwidth_statistic};
  if (const auto mean = fields->flag("useMean")) statistic = *mean ? "mean" : "median";
  if (const auto error = fields->text("error")) log.unread.push_back({"error", *error});
  int number = 0;
  for (const FieldReader& test : fields->objects("testcases")) {
    const std::string place = fmt::format("testcases[{}]", number++);
    try {
      const std::string status = test.required_text("status");
      if (status == "Passed")
        add_nvbandwidth_matrix(matrix_of(test, place), statistic, host_of(*fields), log);
      else
        log.unread.push_back({place, failure_of(test, status)});
    } catch (const UsageError& problem) {
      log.unread.push_back({place, problem.what()});
    }
  }
  return log;
}

}  // namespace assay::results
