#include "results/verdict.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "core/error.hpp"
#include "results/json_fields.hpp"
#include "results/record.hpp"

namespace assay::results {

namespace {

constexpr int indent = 2;

struct StatusName {
  Status status;
  std::string_view name;
};
constexpr std::array status_names{
    StatusName{Status::pass, "pass"}, StatusName{Status::fail, "fail"},
    StatusName{Status::inconclusive, "inconclusive"}, StatusName{Status::skipped, "skipped"}};

struct PartKindName {
  PartKind kind;
  std::string_view name;
};
constexpr std::array part_kind_names{PartKindName{PartKind::job, "job"},
                                     PartKindName{PartKind::host, "host"},
                                     PartKindName{PartKind::link, "link"},
                                     PartKindName{PartKind::collective, "collective"},
                                     PartKindName{PartKind::gpu, "gpu"},
                                     PartKindName{PartKind::gpu_link, "gpu_link"},
                                     PartKindName{PartKind::gpu_collective, "gpu_collective"}};

constexpr std::array<std::string_view, 7> kinds{"node", "rank",   "gpu",   "nic",
                                                "path", "switch", "uplink"};
constexpr std::array<std::string_view, 3> directions{"send", "receive", "both"};
constexpr std::array<std::string_view, 6> layers{"hardware", "configuration", "contention",
                                                 "compute",  "process",       "data"};

Status parse_status(const std::string& name) {
  const auto* found = std::find_if(status_names.begin(), status_names.end(),
                                   [&name](const auto& entry) { return entry.name == name; });
  if (found != status_names.end()) return found->status;
  throw UsageError{fmt::format(
      "unknown status '{}'; known: pass, fail, inconclusive, skipped (of a check)", name)};
}

std::string_view name_of(PartKind kind) {
  return part_kind_names[static_cast<std::size_t>(kind)].name;
}

PartKind parse_part_kind(const std::string& name) {
  const auto* found = std::find_if(part_kind_names.begin(), part_kind_names.end(),
                                   [&name](const auto& entry) { return entry.name == name; });
  if (found != part_kind_names.end()) return found->kind;
  throw UsageError{
      fmt::format("unknown kind of part '{}'; known: job, host, link, collective, gpu, gpu_link, "
                  "gpu_collective",
                  name)};
}

template <std::size_t Count>
std::string known(std::string value, std::string_view what,
                  const std::array<std::string_view, Count>& names) {
  if (std::find(names.begin(), names.end(), value) != names.end()) return value;
  throw UsageError{fmt::format("unknown {} '{}'; known: {}", what, value, fmt::join(names, ", "))};
}

double share(const FieldReader& fields, const char* name) {
  const double value = fields.required_number(name);
  if (value >= 0 && value <= 1) return value;
  throw UsageError{fmt::format("{} is {}; it must lie within 0 and 1", name, value)};
}

Json or_null(const std::optional<std::string>& value) { return value ? Json(*value) : Json(); }

Json check_json(const Check& check) {
  Json json;
  json["name"] = check.name;
  json["subject"] = check.subject;
  json["of"] = name_of(check.of);
  json["status"] = name_of(check.status);
  if (const auto& measured = check.measured) {
    json["measured"] = {{"value", finite(measured->value, check.name)}, {"unit", measured->unit}};
    put(json["measured"], "interval", measured->interval);
  }
  if (const auto& expected = check.expected) {
    json["expected"] = {{"value", finite(expected->value, check.name)},
                        {"source", expected->source}};
  }
  json["reason"] = check.reason;
  return json;
}

Check read_check(const FieldReader& fields) {
  Check check;
  check.name = fields.required_text("name");
  check.subject = fields.required_text("subject");
  if (const auto of = fields.text("of")) check.of = parse_part_kind(*of);
  check.status = parse_status(fields.required_text("status"));
  if (const auto measured = fields.object("measured")) {
    check.measured = Measured{.value = measured->required_number("value"),
                              .unit = measured->required_text("unit"),
                              .interval = measured->interval("interval")};
  }
  if (const auto expected = fields.object("expected")) {
    check.expected = Expected{.value = expected->required_number("value"),
                              .source = expected->required_text("source")};
  }
  check.reason = fields.text("reason").value_or("");
  return check;
}

Json suspect_json(const Suspect& suspect) {
  Json json;
  json["kind"] = suspect.kind;
  json["name"] = suspect.name;
  json["direction"] = or_null(suspect.direction);
  json["peer"] = or_null(suspect.peer);
  put(json, "rail", suspect.rail);
  json["layer"] = suspect.layer;
  json["deficit"] = finite(suspect.deficit, "deficit");
  json["confidence"] = finite(suspect.confidence, "confidence");
  json["evidence"] = suspect.evidence;
  json["action"] = suspect.action;
  put(json, "rank", suspect.rank);
  put(json, "host", suspect.host);
  put(json, "device", suspect.device);
  return json;
}

Suspect read_suspect(const FieldReader& fields) {
  Suspect suspect;
  suspect.kind = known(fields.required_text("kind"), "kind", kinds);
  suspect.name = fields.required_text("name");
  suspect.direction = fields.text("direction");
  if (suspect.direction) (void)known(*suspect.direction, "direction", directions);
  suspect.peer = fields.text("peer");
  suspect.rail = fields.text("rail");
  suspect.layer = known(fields.required_text("layer"), "layer", layers);
  suspect.deficit = share(fields, "deficit");
  suspect.confidence = share(fields, "confidence");
  suspect.evidence = fields.texts("evidence");
  suspect.action = fields.required_text("action");
  suspect.rank = fields.integer("rank");
  suspect.host = fields.text("host");
  suspect.device = fields.text("device");
  return suspect;
}

}  // namespace

std::string_view name_of(Status status) {
  return status_names[static_cast<std::size_t>(status)].name;
}

std::string to_json(const Verdict& verdict) {
  Json json;
  json["schema"] = schema_version;
  json["verdict"] = name_of(verdict.verdict);
  json["level"] = verdict.level;
  json["profile"] = verdict.profile;
  json["label"] = verdict.label;
  json["checks"] = Json::array();
  for (const auto& check : verdict.checks) json["checks"].push_back(check_json(check));
  json["suspects"] = Json::array();
  for (const auto& suspect : verdict.suspects) json["suspects"].push_back(suspect_json(suspect));
  return dump_json(json, indent) + "\n";
}

Verdict parse_verdict(const std::string& text) {
  const Json json = parse_json(text);
  const FieldReader fields{json};
  fields.require_schema("verdicts");
  Verdict verdict;
  verdict.verdict = parse_status(fields.required_text("verdict"));
  if (verdict.verdict == Status::skipped) throw UsageError{"a verdict cannot be skipped"};
  verdict.level = fields.text("level").value_or("");
  verdict.profile = fields.text("profile").value_or("");
  verdict.label = fields.text("label").value_or(verdict.label);
  for (const auto& check : fields.objects("checks")) verdict.checks.push_back(read_check(check));
  for (const auto& suspect : fields.objects("suspects")) {
    verdict.suspects.push_back(read_suspect(suspect));
  }
  return verdict;
}

}  // namespace assay::results
