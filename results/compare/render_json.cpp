#include <nlohmann/json.hpp>

#include "results/compare/render.hpp"
#include "results/json_fields.hpp"
#include "results/record.hpp"

namespace assay::results {

namespace {

Json side_json(const ComparedCell::Side& side) {
  return {
      {"median", finite(side.median, "median")}, {"runs", side.runs}, {"samples", side.samples}};
}

void put_change(Json& json, const TimeChange& time) {
  json["change"] = finite(time.change, "change");
  json["interval"] = {finite(time.interval[0], "interval"), finite(time.interval[1], "interval")};
  json["p_value"] = finite(time.p_value, "p_value");
}

Json cell_json(const ComparedCell& cell) {
  Json json;
  json["name"] = cell.name;
  for (const auto& [name, value] : cell.settings) json["settings"][std::string{name}] = value;
  json["verdict"] = name_of(cell.verdict);
  put_change(json, cell.median);
  if (cell.fast) put_change(json["fast"], *cell.fast);
  json["decided_by"] = cell.by_fast_side ? "fast" : "median";
  json["threshold"] = cell.threshold;
  json["unit"] = cell.unit;
  json["baseline"] = side_json(cell.baseline);
  json["candidate"] = side_json(cell.candidate);
  if (!cell.reason.empty()) json["reason"] = cell.reason;
  return json;
}

}  // namespace

std::string render_json(const Comparison& comparison) {
  Json json;
  json["schema"] = schema_version;
  json["summary"] = summary_of(comparison);
  json["regression"] = comparison.is_regression();
  json["differences"] = comparison.differences;
  json["cells"] = Json::array();
  for (const ComparedCell& cell : comparison.cells) json["cells"].push_back(cell_json(cell));
  json["only_baseline"] = comparison.only_baseline;
  json["only_candidate"] = comparison.only_candidate;
  json["wrong"] = comparison.wrong;
  return dump_json(json, 2) + "\n";
}

}  // namespace assay::results
