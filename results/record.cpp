#include "results/record.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <numeric>
#include <utility>

#include "core/error.hpp"
#include "results/json_fields.hpp"

namespace assay::results {

namespace {

/// In ascending order.
constexpr std::array percentile_members{
    std::pair{"p1", &Percentiles::p1}, std::pair{"p5", &Percentiles::p5},
    std::pair{"p50", &Percentiles::p50}, std::pair{"p95", &Percentiles::p95},
    std::pair{"p99", &Percentiles::p99}};

// Of every group of fields, the order in which they are written, and the same fields read.

void put_setting(Json& json, const Record& record) {
  json["benchmark"] = record.benchmark;
  json["implementation"] = record.implementation;
  put(json, "algorithm", record.algorithm);
  put(json, "transport", record.transport);
  json["memory"] = record.memory;
  json["label"] = record.label;
  put(json, "dtype", record.dtype);
  put(json, "op", record.op);
  put(json, "root", record.root);
  put(json, "size_bytes", record.size_bytes);
  put(json, "shape", record.shape);
  put(json, "layout", record.layout);
  put(json, "threads", record.threads);
  put(json, "operands", record.operands);
  put(json, "ranks", record.ranks);
  put(json, "group", record.group);
  if (!record.members.empty()) json["members"] = record.members;
  put(json, "in_place", record.in_place);
  put(json, "registered", record.registered);
  put(json, "symmetric_window", record.symmetric_window);
  put(json, "graph", record.graph);
  put(json, "selection", record.selection);
}

std::vector<int> read_members(const FieldReader& fields, std::optional<int> ranks) {
  auto members = fields.integers("members");
  if (!members.empty() && std::cmp_not_equal(members.size(), ranks.value_or(0)))
    throw UsageError{fmt::format("members has {} entries, ranks is {}; they must agree",
                                 members.size(), ranks.value_or(0))};
  return members;
}

void read_setting(const FieldReader& fields, Record& record) {
  record.benchmark = fields.required_text("benchmark");
  record.implementation = fields.required_text("implementation");
  record.algorithm = fields.text("algorithm");
  record.transport = fields.text("transport");
  record.memory = fields.text("memory").value_or(record.memory);
  record.label = fields.text("label").value_or(record.label);
  record.dtype = fields.text("dtype");
  record.op = fields.text("op");
  record.root = fields.integer("root");
  record.size_bytes = fields.count("size_bytes");
  record.shape = fields.text("shape");
  record.layout = fields.text("layout");
  record.threads = fields.integer("threads", 1);
  record.operands = fields.text("operands");
  record.ranks = fields.integer("ranks", 1);
  record.group = fields.integer("group");
  record.members = read_members(fields, record.ranks);
  record.in_place = fields.flag("in_place");
  record.registered = fields.flag("registered");
  record.symmetric_window = fields.flag("symmetric_window");
  record.graph = fields.integer("graph", 1);
  record.selection = fields.text("selection");
}

Json percentiles_json(const Percentiles& percentiles) {
  Json json;
  for (const auto& [name, member] : percentile_members)
    json[name] = finite(percentiles.*member, name);
  return json;
}

Percentiles read_percentiles(const FieldReader& fields) {
  Percentiles percentiles;
  double before = 0;
  for (const auto& [name, member] : percentile_members) {
    const double value = fields.required_number(name);
    if (value < before) throw UsageError{"percentiles_s is not in ascending order from 0 on"};
    before = percentiles.*member = value;
  }
  return percentiles;
}

void put_figures(Json& json, const Record& record) {
  if (!record.samples_s.empty()) {
    Json& samples = json["samples_s"] = Json::array();
    for (const double sample : record.samples_s) samples.push_back(finite(sample, "samples_s"));
  }
  if (!record.disturbed.empty()) json["disturbed"] = record.disturbed;
  if (!record.passes.empty()) json["passes"] = record.passes;
  put(json, "median_s", record.median_s);
  put(json, "mean_s", record.mean_s);
  put(json, "interval_s", record.interval_s);
  if (record.percentiles_s) json["percentiles_s"] = percentiles_json(*record.percentiles_s);
  put(json, "fast_s", record.fast_s);
  put(json, "stop", record.stop);
  put(json, "aggregated", record.aggregated);
  put(json, "algorithm_bandwidth_bytes_per_s", record.algorithm_bandwidth_bytes_per_s);
  put(json, "bus_bandwidth_bytes_per_s", record.bus_bandwidth_bytes_per_s);
  put(json, "rate_flop_per_s", record.rate_flop_per_s);
  put(json, "share_of_peak", record.share_of_peak);
}

std::vector<int> read_disturbed(const FieldReader& fields, std::size_t samples) {
  auto disturbed = fields.integers("disturbed");
  if (std::ranges::any_of(disturbed, [](int mark) { return mark > 1; }))
    throw UsageError{"disturbed holds something else than 0 and 1"};
  if (!disturbed.empty() && disturbed.size() != samples) {
    throw UsageError{fmt::format("disturbed has {} entries, samples_s has {}; they must agree",
                                 disturbed.size(), samples)};
  }
  return disturbed;
}

std::vector<int> read_passes(const FieldReader& fields, std::size_t samples) {
  auto passes = fields.integers("passes");
  const auto sum = std::accumulate(passes.begin(), passes.end(), std::uint64_t{0});
  if (!passes.empty() && sum != samples)
    throw UsageError{fmt::format("passes add up to {} samples, samples_s has {}; they must agree",
                                 sum, samples)};
  return passes;
}

void read_figures(const FieldReader& fields, Record& record) {
  record.samples_s = fields.magnitudes("samples_s");
  record.disturbed = read_disturbed(fields, record.samples_s.size());
  record.passes = read_passes(fields, record.samples_s.size());
  record.median_s = fields.magnitude("median_s");
  record.mean_s = fields.magnitude("mean_s");
  record.interval_s = fields.interval("interval_s");
  if (const auto percentiles = fields.object("percentiles_s"))
    record.percentiles_s = read_percentiles(*percentiles);
  record.fast_s = fields.magnitude("fast_s");
  record.stop = fields.text("stop");
  record.aggregated = fields.integer("aggregated", 1);
  record.algorithm_bandwidth_bytes_per_s = fields.magnitude("algorithm_bandwidth_bytes_per_s");
  record.bus_bandwidth_bytes_per_s = fields.magnitude("bus_bandwidth_bytes_per_s");
  record.rate_flop_per_s = fields.magnitude("rate_flop_per_s");
  record.share_of_peak = fields.magnitude("share_of_peak");
}

Json rank_figures_json(const RankFigures& figures) {
  Json json;
  json["rank"] = figures.rank;
  put(json, "median_s", figures.median_s);
  put(json, "arrival_skew_s", figures.arrival_skew_s);
  put(json, "involuntary_switches", figures.involuntary_switches);
  put(json, "run_queue_wait_s", figures.run_queue_wait_s);
  put(json, "wrong", figures.wrong);
  return json;
}

RankFigures read_rank_figures(const FieldReader& fields) {
  return {.rank = fields.required_integer("rank"),
          .median_s = fields.magnitude("median_s"),
          .arrival_skew_s = fields.magnitude("arrival_skew_s"),
          .involuntary_switches = fields.count("involuntary_switches"),
          .run_queue_wait_s = fields.magnitude("run_queue_wait_s"),
          .wrong = fields.count("wrong")};
}

void put_checks(Json& json, const Record& record) {
  put(json, "wrong", record.wrong);
  if (const auto& first = record.first_wrong) {
    json["first_wrong"] = {{"rank", first->rank},
                           {"offset", first->offset},
                           {"expected", first->expected},
                           {"found", first->found}};
  }
  put(json, "arrival_skew_s", record.arrival_skew_s);
  for (const auto& figures : record.per_rank)
    json["per_rank"].push_back(rank_figures_json(figures));
  if (record.trace) json["trace"] = hop_trace_json(*record.trace);
  for (const auto& [name, value] : record.counters) json["counters"][name] = value;
  put(json, "digest", record.digest);
  if (!record.report.empty()) json["report"] = self_report_json(record.report);
}

void read_checks(const FieldReader& fields, Record& record) {
  record.wrong = fields.count("wrong");
  if (const auto first = fields.object("first_wrong")) {
    record.first_wrong = WrongValue{.rank = first->required_integer("rank"),
                                    .offset = first->required_count("offset"),
                                    .expected = first->required_text("expected"),
                                    .found = first->required_text("found")};
  }
  record.arrival_skew_s = fields.magnitude("arrival_skew_s");
  for (const auto& rank : fields.objects("per_rank")) {
    record.per_rank.push_back(read_rank_figures(rank));
  }
  if (const auto trace = fields.object("trace")) record.trace = read_hop_trace(*trace);
  record.counters = fields.counts("counters");
  record.digest = fields.text("digest");
  if (const auto report = fields.object("report")) record.report = read_self_report(*report);
}

void put_subject(Json& json, const Record& record) {
  put(json, "from", record.from);
  put(json, "to", record.to);
  put(json, "from_rank", record.from_rank);
  put(json, "to_rank", record.to_rank);
  put(json, "rail", record.rail);
  put(json, "concurrent_rails", record.concurrent_rails);
  put(json, "rank", record.rank);
  put(json, "host", record.host);
  put(json, "device", record.device);
  put(json, "peer", record.peer);
  if (record.confirmation > 0) json["confirmation"] = record.confirmation;
  put(json, "window", record.window);
  put(json, "time", record.time);
  if (record.source) json["source"] = source_json(*record.source);
}

void read_subject(const FieldReader& fields, Record& record) {
  record.from = fields.text("from");
  record.to = fields.text("to");
  record.from_rank = fields.integer("from_rank");
  record.to_rank = fields.integer("to_rank");
  record.rail = fields.text("rail");
  record.concurrent_rails = fields.integer("concurrent_rails", 1);
  record.rank = fields.integer("rank");
  record.host = fields.text("host");
  record.device = fields.text("device");
  record.peer = fields.text("peer");
  record.confirmation = fields.integer("confirmation").value_or(0);
  record.window = fields.integer("window");
  record.time = fields.text("time");
  if (const auto source = fields.object("source")) record.source = read_source(*source);
}

}  // namespace

std::string to_json_line(const Record& record) {
  Json json;
  json["schema"] = schema_version;
  put_setting(json, record);
  put_figures(json, record);
  put_checks(json, record);
  put_subject(json, record);
  return dump_json(json);
}

Record parse_record(const std::string& line) {
  const Json json = parse_json(line);
  const FieldReader fields{json};
  fields.require_schema("records");
  Record record;
  read_setting(fields, record);
  read_figures(fields, record);
  read_checks(fields, record);
  read_subject(fields, record);
  return record;
}

}  // namespace assay::results
