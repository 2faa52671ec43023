#include "results/hop_trace.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "core/error.hpp"

namespace assay::results {

namespace {

/// Digits beyond what clocks tell would make up half of a record.
double whole_nanoseconds(double seconds, const char* name) {
  constexpr double nanoseconds_per_second = 1e9;
  return std::round(finite(seconds, name) * nanoseconds_per_second) / nanoseconds_per_second;
}

Json times_json(const std::vector<double>& times, const char* name) {
  Json json = Json::array();
  for (const double time : times) json.push_back(whole_nanoseconds(time, name));
  return json;
}

Json timeline_json(const std::vector<HopMessage>& timeline) {
  Json json = Json::array();
  for (const HopMessage& message : timeline)
    json.push_back({whole_nanoseconds(message.handed_over_s, "timeline_s"),
                    whole_nanoseconds(message.wanted_s, "timeline_s"),
                    whole_nanoseconds(message.arrived_s, "timeline_s")});
  return json;
}

std::vector<HopMessage> read_timeline(const FieldReader& fields) {
  std::vector<HopMessage> timeline;
  const Json* list = fields.find("timeline_s");
  if (list == nullptr) return timeline;
  const auto is_message = [](const Json& entry) {
    return entry.is_array() && entry.size() == 3 &&
           std::ranges::all_of(entry, [](const Json& time) { return time.is_number(); });
  };
  if (!list->is_array() || !std::ranges::all_of(*list, is_message))
    throw UsageError{"timeline_s of a hop is no list of three times each"};
  for (const Json& entry : *list)
    timeline.push_back({entry[0].get<double>(), entry[1].get<double>(), entry[2].get<double>()});
  return timeline;
}

Json hop_json(const Hop& hop) {
  Json json;
  json["from"] = hop.from;
  json["to"] = hop.to;
  if (hop.lane > 0) json["lane"] = hop.lane;
  json["messages"] = hop.messages;
  json["bytes"] = hop.bytes;
  json["arrival_s"] = {whole_nanoseconds(hop.arrival_s[0], "arrival_s"),
                       whole_nanoseconds(hop.arrival_s[1], "arrival_s")};
  json["send_blocked_s"] = whole_nanoseconds(hop.send_blocked_s, "send_blocked_s");
  json["starved_s"] = whole_nanoseconds(hop.starved_s, "starved_s");
  json["on_link_s"] = times_json(hop.on_link_s, "on_link_s");
  if (!hop.timeline.empty()) json["timeline_s"] = timeline_json(hop.timeline);
  return json;
}

std::vector<double> read_times(const FieldReader& fields, const char* name,
                               std::size_t repetitions) {
  auto times = fields.magnitudes(name);
  if (times.size() != repetitions)
    throw UsageError{fmt::format("{} of a trace has {} entries, total_s has {}; they must agree",
                                 name, times.size(), repetitions)};
  return times;
}

double required_time(const FieldReader& fields, const char* name) {
  static_cast<void>(fields.required_number(name));
  return *fields.magnitude(name);
}

Hop read_hop(const FieldReader& fields, std::size_t repetitions) {
  Hop hop;
  hop.from = fields.required_integer("from");
  hop.to = fields.required_integer("to");
  hop.lane = fields.integer("lane").value_or(0);
  hop.messages = fields.required_count("messages");
  hop.bytes = fields.required_count("bytes");
  const auto arrival = fields.interval("arrival_s");
  if (!arrival) throw UsageError{"arrival_s of a hop is missing"};
  hop.arrival_s = *arrival;
  hop.send_blocked_s = required_time(fields, "send_blocked_s");
  hop.starved_s = required_time(fields, "starved_s");
  hop.on_link_s = read_times(fields, "on_link_s", repetitions);
  hop.timeline = read_timeline(fields);
  return hop;
}

}  // namespace

Json hop_trace_json(const HopTrace& trace) {
  Json json;
  json["total_s"] = times_json(trace.total_s, "total_s");
  put(json, "clock_uncertainty_s", trace.clock_uncertainty_s);
  Json& hops = json["hops"] = Json::array();
  for (const Hop& hop : trace.hops) hops.push_back(hop_json(hop));
  Json& ranks = json["ranks"] = Json::array();
  for (const RankBusy& rank : trace.ranks)
    ranks.push_back({{"rank", rank.rank}, {"busy_s", times_json(rank.busy_s, "busy_s")}});
  return json;
}

HopTrace read_hop_trace(const FieldReader& fields) {
  HopTrace trace;
  trace.total_s = fields.magnitudes("total_s");
  trace.clock_uncertainty_s = fields.magnitude("clock_uncertainty_s");
  const std::size_t repetitions = trace.total_s.size();
  for (const FieldReader& hop : fields.objects("hops"))
    trace.hops.push_back(read_hop(hop, repetitions));
  for (const FieldReader& rank : fields.objects("ranks"))
    trace.ranks.push_back({rank.required_integer("rank"), read_times(rank, "busy_s", repetitions)});
  return trace;
}

}  // namespace assay::results
