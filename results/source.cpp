#include "results/source.hpp"

#include <nlohmann/json.hpp>

namespace assay::results {

Json source_json(const Source& source) {
  Json json;
  json["tool"] = source.tool;
  json["version"] = source.version;
  json["file"] = source.file;
  json["place"] = source.place;
  json["statistic"] = source.statistic;
  json["unit"] = source.unit;
  if (!source.start.empty()) json["start"] = source.start;
  if (!source.end.empty()) json["end"] = source.end;
  for (const auto& [name, value] : source.figures) json["figures"][name] = finite(value, name);
  return json;
}

Source read_source(const FieldReader& fields) {
  Source source;
  source.tool = fields.required_text("tool");
  source.version = fields.text("version").value_or("");
  source.file = fields.text("file").value_or("");
  source.place = fields.text("place").value_or("");
  source.statistic = fields.text("statistic").value_or("");
  source.unit = fields.text("unit").value_or("");
  source.start = fields.text("start").value_or("");
  source.end = fields.text("end").value_or("");
  if (const auto figures = fields.object("figures"))
    for (const auto& item : fields.find("figures")->items())
      source.figures[item.key()] = figures->required_number(item.key().c_str());
  return source;
}

}  // namespace assay::results
