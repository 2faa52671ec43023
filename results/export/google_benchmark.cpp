#include <cmath>
#include <nlohmann/json.hpp>
#include <numeric>

#include "core/error.hpp"
#include "results/export/formats.hpp"
#include "results/json_fields.hpp"
#include "results/setting.hpp"
#include "results/statistics.hpp"

namespace assay::results {

namespace {

constexpr double microseconds = 1e6;
constexpr int google_benchmark_schema = 1;

/// Of one measurement the fields that its repetitions and aggregates share.
Json entry_of(const Record& record, const std::string& name, std::size_t family) {
  Json entry;
  entry["name"] = name;
  entry["family_index"] = family;
  entry["per_family_instance_index"] = 0;
  entry["run_name"] = name;
  entry["run_type"] = "iteration";
  entry["repetitions"] = record.samples_s.size();
  entry["threads"] = 1;
  return entry;
}

void put_time(Json& entry, const Record& record, double seconds) {
  entry["real_time"] = finite(seconds * microseconds, "real_time");
  entry["cpu_time"] = entry["real_time"];  // compare.py wants one; see "assay_cpu_time"
  entry["time_unit"] = "us";
  if (record.size_bytes && seconds > 0)
    entry["bytes_per_second"] =
        finite(static_cast<double>(*record.size_bytes) / seconds, "bytes_per_second");
}

void add_repetitions(Json& list, const Record& record, const Json& shared) {
  std::size_t index = 0;
  for (const double sample : record.samples_s) {
    Json entry = shared;
    entry["repetition_index"] = index++;
    entry["iterations"] = record.aggregated.value_or(1);
    put_time(entry, record, sample);
    list.push_back(std::move(entry));
  }
}

double mean_of(const std::vector<double>& samples) {
  return std::accumulate(samples.begin(), samples.end(), 0.0) / static_cast<double>(samples.size());
}

double deviation_of(const std::vector<double>& samples) {
  if (samples.size() < 2) return 0;
  const double mean = mean_of(samples);
  double squares = 0;
  for (const double sample : samples) squares += (sample - mean) * (sample - mean);
  return std::sqrt(squares / static_cast<double>(samples.size() - 1));
}

void add_aggregates(Json& list, const Record& record, const Json& shared) {
  const auto add = [&](const char* statistic, double seconds) {
    Json entry = shared;
    entry["name"] = shared["name"].get<std::string>() + "_" + statistic;
    entry["run_type"] = "aggregate";
    entry["aggregate_name"] = statistic;
    entry["aggregate_unit"] = "time";
    entry["iterations"] = record.samples_s.size();
    put_time(entry, record, seconds);
    if (entry["aggregate_name"] == "stddev") entry.erase("bytes_per_second");
    list.push_back(std::move(entry));
  };
  add("mean", mean_of(record.samples_s));
  add("median", median(record.samples_s));
  add("stddev", deviation_of(record.samples_s));
}

Json context_of(const RunInfo& info) {
  Json context;
  context["date"] = info.start;
  context["host_name"] = info.ranks.empty() ? "" : info.ranks[0].host;
  context["executable"] = info.command.empty() ? "assay" : info.command[0];
  context["num_cpus"] = info.ranks.empty() ? 0 : info.ranks[0].usable_processors;
  context["library_version"] = "assay " + info.version;
  context["json_schema_version"] = google_benchmark_schema;
  context["assay_run"] = info.id;
  context["assay_label"] = info.label;
  context["assay_cpu_time"] = "not measured; repeats real_time";
  return context;
}

}  // namespace

std::string google_benchmark_json(const JudgedRun& judged) {
  Json json;
  json["context"] = context_of(judged.run.info);
  Json& list = json["benchmarks"] = Json::array();
  std::size_t family = 0;
  for (const Record& record : judged.run.records) {
    if (record.samples_s.empty()) continue;
    std::string name = setting_name(settings_of(record));
    if (record.confirmation > 0) name += "/confirmation:" + std::to_string(record.confirmation);
    const Json shared = entry_of(record, name, family++);
    add_repetitions(list, record, shared);
    add_aggregates(list, record, shared);
  }
  if (list.empty())
    throw UsageError{"run '" + judged.run.info.id +
                     "' has no samples, and Google Benchmark's format is of samples; export csv"};
  return dump_json(json) + "\n";
}

}  // namespace assay::results
