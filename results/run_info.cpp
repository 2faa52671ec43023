#include "results/run_info.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "core/error.hpp"
#include "results/json_fields.hpp"
#include "results/record.hpp"

namespace assay::results {

namespace {

constexpr int indent = 2;

Json identity_json(const RankIdentity& identity) {
  Json json{{"rank", identity.rank},
            {"host", identity.host},
            {"pid", identity.pid},
            {"supervisor_pid", identity.supervisor_pid},
            {"processor", identity.processor},
            {"usable_processors", identity.usable_processors},
            {"host_ranks", identity.host_ranks},
            {"memory_bytes", identity.memory_bytes}};
  if (!identity.gpus.empty()) json["gpus"] = identity.gpus;
  return json;
}

RankIdentity read_identity(const FieldReader& fields) {
  return {.rank = fields.required_integer("rank"),
          .host = fields.required_text("host"),
          .pid = fields.integer("pid").value_or(0),
          .supervisor_pid = fields.integer("supervisor_pid").value_or(0),
          .processor = fields.text("processor").value_or(""),
          .usable_processors = fields.integer("usable_processors").value_or(0),
          .host_ranks = fields.integer("host_ranks").value_or(0),
          .memory_bytes = fields.count("memory_bytes").value_or(0),
          .gpus = fields.texts("gpus")};
}

std::map<std::string, std::string> read_settings(const FieldReader& fields, const char* name) {
  std::map<std::string, std::string> settings;
  const Json* object = fields.find(name);
  if (object == nullptr) return settings;
  const FieldReader values{*object, fmt::format("{}.", name)};
  for (const auto& item : object->items()) {
    settings[item.key()] = values.required_text(item.key().c_str());
  }
  return settings;
}

}  // namespace

std::string to_json(const RunInfo& info) {
  Json json;
  json["schema"] = schema_version;
  json["id"] = info.id;
  json["start"] = info.start;
  put(json, "end", info.end);
  json["command"] = info.command;
  json["verb"] = info.verb;
  json["level"] = info.level;
  json["version"] = info.version;
  json["label"] = info.label;
  json["ranks"] = Json::array();
  for (const auto& identity : info.ranks) json["ranks"].push_back(identity_json(identity));
  json["environment"] = info.environment;
  json["libraries"] = info.libraries;
  if (info.topology_json) json["topology"] = parse_json(*info.topology_json);
  if (info.network) json["network"] = network_json(*info.network);
  json["busy"] = info.busy;
  for (const CostFigures& model : info.models) json["models"].push_back(cost_json(model));
  if (!info.unread.empty()) json["unread"] = info.unread;
  json["injected"] = info.injected;
  return dump_json(json, indent) + "\n";
}

RunInfo parse_run_info(const std::string& text) {
  const Json json = parse_json(text);
  const FieldReader fields{json};
  fields.require_schema("runs");
  RunInfo info;
  info.id = fields.required_text("id");
  info.start = fields.required_text("start");
  info.end = fields.text("end");
  info.command = fields.texts("command");
  info.verb = fields.required_text("verb");
  info.level = fields.text("level").value_or("");
  info.version = fields.text("version").value_or("");
  info.label = fields.text("label").value_or(info.label);
  for (const auto& rank : fields.objects("ranks")) info.ranks.push_back(read_identity(rank));
  info.environment = read_settings(fields, "environment");
  info.libraries = read_settings(fields, "libraries");
  if (const Json* topology = fields.find("topology")) info.topology_json = dump_json(*topology);
  if (const auto network = fields.object("network")) info.network = read_network(*network);
  info.busy = fields.texts("busy");
  for (const auto& model : fields.objects("models")) info.models.push_back(read_cost(model));
  info.unread = fields.texts("unread");
  info.injected = fields.texts("injected");
  return info;
}

}  // namespace assay::results
