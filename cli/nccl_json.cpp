#include "cli/nccl_json.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <numeric>

#include "cli/split.hpp"

namespace assay::cli {

using results::Json;
using results::NcclDevice;
using results::Record;
using results::RunInfo;

namespace {

constexpr double microseconds = 1e6;

/// nccl-tests writes truth values as text.
const char* truth(bool value) { return value ? "true" : "false"; }

/// What was asked for, beside what the head says.
void put_options(Json& config, const BenchOptions& options) {
  config["minimum_bytes"] = options.min_bytes.value;
  config["maximum_bytes"] = options.max_bytes.value;
  if (options.step_factor)
    config["step_factor"] = static_cast<std::uint64_t>(*options.step_factor);
  else
    config["step_bytes"] = options.step_bytes.value_or(default_step).value;
  // Null: as many as it took. Each result says how many those were.
  config["warmup_iters"] = options.warmup ? Json(*options.warmup) : Json{};
  config["iterations"] = options.iterations ? Json(*options.iterations) : Json{};
  config["aggregated_iterations"] = options.aggregated;
  config["validation"] = options.checks.value_or(1);
  config["graph"] = options.graph;
  config["blocking_collectives"] = truth(false);
  config["per_iter_timing"] = truth(true);
  config["per_iter_skip"] = 0;
  config["parallel_init"] = truth(false);
}

/// Ranks on processors, by the groups they are split into.
std::vector<NcclDevice> grouped_processors(const BenchOptions& options, const RunInfo& info) {
  auto devices = results::processor_devices(info);
  const auto numbers = group_numbers(groups_of(options.split, static_cast<int>(devices.size())));
  for (auto& device : devices) device.group = numbers[static_cast<std::size_t>(device.rank)];
  return devices;
}

Json half_of(const Record& record, const std::string& average) {
  const TableFigures figures = figures_of(record, average);
  Json half;
  half["time"] = figures.time_us;
  half["alg_bw"] = figures.algorithm_gigabytes;
  half["bus_bw"] = figures.bus_gigabytes;
  half["nwrong"] = record.wrong ? Json(*record.wrong) : Json{};
  return half;
}

/// Nearest rank, as nccl-tests takes it here. (Records have interpolated percentiles.)
double nearest_rank(const std::vector<double>& sorted, std::size_t percent) {
  const std::size_t position = (sorted.size() * percent + 99) / 100;
  return sorted[std::clamp<std::size_t>(position, 1, sorted.size()) - 1];
}

/// What nccl-tests writes with -I 1: the times of all samples, and of each the longest of any rank.
/// A rank's own time begins with its own arrival, so it can be longer than the table's.
Json per_iteration(const OwnTimes& own_s) {
  const std::size_t count = own_s[0].size();
  std::vector<double> longest(count);
  Json by_rank = Json::array();
  for (const auto& rank : own_s) {
    Json& times = by_rank.emplace_back(Json::array());
    for (std::size_t i = 0; i < count; ++i) {
      times.push_back(rank[i] * microseconds);
      longest[i] = std::max(longest[i], rank[i] * microseconds);
    }
  }
  std::vector<double> sorted = longest;
  std::sort(sorted.begin(), sorted.end());
  const auto samples = static_cast<double>(count);
  const double mean = std::accumulate(sorted.begin(), sorted.end(), 0.0) / samples;
  double squares = 0;
  for (const double time : sorted) squares += (time - mean) * (time - mean);
  const double deviation = std::sqrt(squares / samples);

  constexpr std::size_t nearly_all = 95;
  constexpr std::size_t all_but_the_rarest = 99;
  Json json;
  json["skipped_iterations"] = 0;
  json["min_us"] = sorted.front();
  json["max_us"] = sorted.back();
  json["avg_us"] = mean;
  json["p50_us"] = sorted[count / 2];
  json["p95_us"] = nearest_rank(sorted, nearly_all);
  json["p99_us"] = nearest_rank(sorted, all_but_the_rarest);
  json["stdev_us"] = deviation;
  json["cv_pct"] = mean > 0 ? deviation / mean * 100 : 0;
  json["times_us"] = longest;
  if (own_s.size() > 1) json["per_process_max_times_us"] = std::move(by_rank);
  return json;
}

}  // namespace

NcclJson::NcclJson(const BenchOptions& options, const RunInfo& info,
                   const std::vector<NcclDevice>& gpus)
    : average_{options.average}, json_{std::make_unique<Json>()} {
  const bool on_gpus = !gpus.empty();
  const bool with_nccl = on_gpus && options.implementation != "assay";
  *json_ = results::nccl_head(info, on_gpus ? gpus : grouped_processors(options, info),
                              options.virtual_ranks ? 1 : options.gpus,
                              with_nccl ? results::nccl_version(info) : std::nullopt);
  put_options((*json_)["config"], options);
}

NcclJson::~NcclJson() = default;

void NcclJson::add(const TableRow& row, const OwnTimes& out_of_place, const OwnTimes& in_place) {
  const Record& record = row.out_of_place;
  Json result;
  result["size"] = record.size_bytes.value_or(0);
  result["count"] = row.count;
  result["type"] = row.type;
  result["redop"] = record.op.value_or("none");
  result["root"] = fmt::format("{:6}", record.root.value_or(no_root));
  result["out_of_place"] = half_of(record, average_);
  result["out_of_place_per_iter"] = per_iteration(out_of_place);
  result["in_place"] = row.in_place ? half_of(*row.in_place, average_) : Json{};
  if (row.in_place) result["in_place_per_iter"] = per_iteration(in_place);
  result["actual_iterations"] = record.samples_s.size();
  result["experiment_name"] = "";
  result["collective"] = record.benchmark;
  result["implementation"] = record.implementation;
  result["memory"] = record.memory;
  results::put(result, "algorithm", record.algorithm);
  results::put(result, "transport", record.transport);
  results::put(result, "registered", record.registered);
  results::put(result, "group", record.group);
  (*json_)["results"].push_back(std::move(result));
  totals_.add(row, average_);
}

std::string NcclJson::finish(const std::string& end) {
  Json& json = *json_;
  json["out_of_bounds"] = {{"count", totals_.wrong}, {"okay", truth(totals_.wrong == 0)}};
  json["average_bus_bandwidth"] = {{"bandwidth", totals_.bus_gigabytes()}, {"okay", "unchecked"}};
  json["errors"] = Json::array();
  json["end_time"] = results::nccl_time(end);
  return results::dump_json(json) + '\n';
}

}  // namespace assay::cli
