#include "results/cost_figures.hpp"

#include <nlohmann/json.hpp>

namespace assay::results {

Json cost_json(const CostFigures& figures) {
  Json json;
  json["benchmark"] = figures.benchmark;
  json["algorithm"] = figures.algorithm;
  json["transport"] = figures.transport;
  json["dtype"] = figures.dtype;
  put(json, "op", figures.op);
  json["ranks"] = figures.ranks;
  put(json, "group", figures.group);
  json["registered"] = figures.registered;
  json["latency_s"] = finite(figures.latency_s, "latency_s");
  put(json, "bandwidth_bytes_per_s", figures.bandwidth_bytes_per_s);
  json["reduction_s_per_byte"] = finite(figures.reduction_s_per_byte, "reduction_s_per_byte");
  json["relative_error"] = finite(figures.relative_error, "relative_error");
  json["points"] = Json::array();
  for (const auto& [size, median] : figures.points)
    json["points"].push_back({{"size_bytes", size}, {"median_s", finite(median, "median_s")}});
  json["chosen"] = Json::array();
  for (const auto& [from, to] : figures.chosen)
    json["chosen"].push_back({{"from_bytes", from}, {"to_bytes", to}});
  return json;
}

CostFigures read_cost(const FieldReader& fields) {
  CostFigures figures;
  figures.benchmark = fields.required_text("benchmark");
  figures.algorithm = fields.required_text("algorithm");
  figures.transport = fields.required_text("transport");
  figures.dtype = fields.required_text("dtype");
  figures.op = fields.text("op");
  figures.ranks = fields.required_integer("ranks", 1);
  figures.group = fields.integer("group");
  figures.registered = fields.flag("registered").value_or(false);
  figures.latency_s = fields.required_number("latency_s");
  figures.bandwidth_bytes_per_s = fields.magnitude("bandwidth_bytes_per_s");
  figures.reduction_s_per_byte = fields.required_number("reduction_s_per_byte");
  figures.relative_error = fields.required_number("relative_error");
  for (const FieldReader& point : fields.objects("points"))
    figures.points.push_back(
        {point.required_count("size_bytes"), point.required_number("median_s")});
  for (const FieldReader& range : fields.objects("chosen"))
    figures.chosen.push_back(
        {range.required_count("from_bytes"), range.required_count("to_bytes")});
  return figures;
}

}  // namespace assay::results
