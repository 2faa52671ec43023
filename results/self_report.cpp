#include "results/self_report.hpp"

#include <nlohmann/json.hpp>

namespace assay::results {

namespace {

Json sensor_json(const SensorRange& range) {
  return {{"least", finite(range.least, "least")},
          {"median", finite(range.median, "median")},
          {"greatest", finite(range.greatest, "greatest")}};
}

SensorRange read_sensor(const FieldReader& fields) {
  return {fields.required_number("least"), fields.required_number("median"),
          fields.required_number("greatest")};
}

}  // namespace

Json self_report_json(const SelfReport& report) {
  Json json = Json::object();
  for (const auto& [name, text] : report.facts) json["facts"][name] = text;
  for (const auto& [name, value] : report.readings)
    json["readings"][name] = finite(value, name.c_str());
  for (const auto& [name, range] : report.sensors) json["sensors"][name] = sensor_json(range);
  for (const auto& [name, share] : report.throttled)
    json["throttled"][name] = finite(share, name.c_str());
  return json;
}

SelfReport read_self_report(const FieldReader& fields) {
  SelfReport report;
  if (const auto facts = fields.object("facts"))
    for (const std::string& name : facts->names())
      report.facts[name] = facts->required_text(name.c_str());
  if (const auto readings = fields.object("readings"))
    for (const std::string& name : readings->names())
      report.readings[name] = readings->required_number(name.c_str());
  if (const auto sensors = fields.object("sensors"))
    for (const std::string& name : sensors->names())
      if (const auto range = sensors->object(name.c_str()))
        report.sensors[name] = read_sensor(*range);
  if (const auto throttled = fields.object("throttled"))
    for (const std::string& name : throttled->names())
      report.throttled[name] = throttled->required_number(name.c_str());
  return report;
}

}  // namespace assay::results
