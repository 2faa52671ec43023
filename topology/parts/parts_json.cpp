#include <nlohmann/json.hpp>

#include "topology/parts/parts.hpp"

namespace assay::topology {

using Json = nlohmann::ordered_json;

std::string parts_json(const Parts& parts) {
  Json json;
  json["schema"] = 1;
  json["origin"] = parts.origin;
  json["parts"] = Json::array();
  for (const Part& part : parts.parts) {
    Json entry{{"kind", part.kind}, {"name", part.name}};
    if (!part.detail.empty()) entry["detail"] = part.detail;
    if (part.parent != Part::top) entry["parent"] = part.parent;
    json["parts"].push_back(std::move(entry));
  }
  json["links"] = Json::array();
  for (const PartLink& link : parts.links) {
    Json entry{{"from", link.from}, {"to", link.to}, {"kind", link.kind}};
    if (!link.detail.empty()) entry["detail"] = link.detail;
    if (link.bytes_per_s) entry["bytes_per_s"] = *link.bytes_per_s;
    if (link.both_ends_allow) entry["both_ends_allow_bytes_per_s"] = *link.both_ends_allow;
    if (link.is_degraded()) entry["degraded"] = true;
    json["links"].push_back(std::move(entry));
  }
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace assay::topology
