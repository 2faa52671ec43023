#include <fmt/format.h>

#include <array>
#include <nlohmann/json.hpp>

#include "core/error.hpp"
#include "results/import/logs.hpp"
#include "results/import/perftest_run.hpp"
#include "results/json_fields.hpp"

namespace assay::results {

namespace {

/// The JSON's names beside those of the table.
constexpr std::array names{std::pair{"MsgSize", "bytes"},
                           std::pair{"n_iterations", "iterations"},
                           std::pair{"BW_peak", "BW peak"},
                           std::pair{"BW_average", "BW average"},
                           std::pair{"MsgRate", "MsgRate"},
                           std::pair{"t_min", "t_min"},
                           std::pair{"t_max", "t_max"},
                           std::pair{"t_typical", "t_typical"},
                           std::pair{"t_avg", "t_avg"},
                           std::pair{"t_stdev", "t_stdev"},
                           std::pair{"percentile_99", "99% percentile"},
                           std::pair{"percentile_99.9", "99.9% percentile"}};

}  // namespace

bool is_perftest_json(std::string_view text) {
  return text.find("\"test_info\"") != std::string_view::npos &&
         text.find("\"MsgSize\"") != std::string_view::npos;
}

ImportedLog read_perftest_json(std::string_view text, const ImportHints&) {
  const Json json = parse_json(std::string{text});
  const FieldReader fields{json};
  const auto info = fields.object("test_info");
  const auto results = fields.object("results");
  if (!info || !results) throw UsageError{"test_info or results is missing"};
  const std::string title = info->required_text("test");
  auto test = perftest_title(title);
  if (!test) throw UsageError{fmt::format("unknown test '{}'", title)};
  test->device = info->text("Device").value_or("");
  PerftestRow row{"results", {}, ""};
  for (const auto& [json_name, name] : names)
    if (const auto value = results->magnitude(json_name)) row.figures[name] = *value;
  ImportedLog log;
  log.tool = "perftest";
  log.records.push_back(perftest_record(*test, row));
  return log;
}

}  // namespace assay::results
