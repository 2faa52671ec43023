#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>

#include "core/error.hpp"
#include "results/export/formats.hpp"
#include "results/json_fields.hpp"
#include "results/nccl_head.hpp"
#include "results/nccl_names.hpp"
#include "results/setting.hpp"

namespace assay::results {

namespace {

constexpr double microseconds = 1e6;
constexpr double gigabyte = 1e9;
constexpr int no_root = -1;

/// The two measurements of one size: nccl-tests has them in one result.
struct Halves {
  const Record* out_of_place = nullptr;
  const Record* in_place = nullptr;

  [[nodiscard]] const Record& any() const { return out_of_place ? *out_of_place : *in_place; }
};

/// In the order of the run; of repeats the last one.
std::vector<Halves> rows_of(const std::vector<Record>& records) {
  std::vector<Halves> rows;
  std::map<std::string, std::size_t> row_by_name;
  for (const Record& record : records) {
    if (!find_collective(record.benchmark) || !central_s(record) || !record.size_bytes) continue;
    Record without_place = record;
    without_place.in_place.reset();
    const auto [entry, is_new] =
        row_by_name.emplace(setting_name(settings_of(without_place)), rows.size());
    if (is_new) rows.emplace_back();
    Halves& row = rows[entry->second];
    (record.in_place.value_or(false) ? row.in_place : row.out_of_place) = &record;
  }
  return rows;
}

Json half_of(const Record* record) {
  if (record == nullptr) return {};
  Json half;
  half["time"] = finite(*central_s(*record) * microseconds, "time");
  half["alg_bw"] = record->algorithm_bandwidth_bytes_per_s.value_or(0) / gigabyte;
  half["bus_bw"] = record->bus_bandwidth_bytes_per_s.value_or(0) / gigabyte;
  half["nwrong"] = record->wrong ? Json(*record->wrong) : Json{};
  return half;
}

std::size_t count_of(const Record& record) {
  const auto type = find_dtype(record.dtype.value_or(""));
  std::size_t count = *record.size_bytes / (type ? type->bytes : 1);
  if (find_collective(record.benchmark)->has_blocks && record.ranks)
    count /= static_cast<std::size_t>(*record.ranks);
  return count;
}

Json result_of(const Halves& row) {
  const Record& record = row.any();
  const auto type = find_dtype(record.dtype.value_or(""));
  Json result;
  result["size"] = *record.size_bytes;
  result["count"] = count_of(record);
  result["type"] = type ? Json(type->nccl) : Json(record.dtype.value_or("none"));
  result["redop"] = record.op.value_or("none");
  result["root"] = fmt::format("{:6}", record.root.value_or(no_root));
  result["out_of_place"] = half_of(row.out_of_place);
  result["in_place"] = half_of(row.in_place);
  result["actual_iterations"] = record.samples_s.size();
  result["experiment_name"] = "";
  result["collective"] = record.benchmark;
  result["implementation"] = record.implementation;
  result["memory"] = record.memory;
  put(result, "algorithm", record.algorithm);
  put(result, "transport", record.transport);
  put(result, "registered", record.registered);
  put(result, "group", record.group);
  return result;
}

/// What nccl-tests says below its table.
void put_totals(Json& json, const std::vector<Halves>& rows) {
  std::uint64_t wrong = 0;
  double bandwidth = 0;
  int halves = 0;
  for (const Halves& row : rows) {
    for (const Record* record : {row.out_of_place, row.in_place}) {
      if (record == nullptr) continue;
      wrong += record->wrong.value_or(0);
      bandwidth += record->bus_bandwidth_bytes_per_s.value_or(0) / gigabyte;
      ++halves;
    }
  }
  json["out_of_bounds"] = {{"count", wrong}, {"okay", wrong == 0 ? "true" : "false"}};
  json["average_bus_bandwidth"] = {{"bandwidth", bandwidth / halves}, {"okay", "unchecked"}};
}

}  // namespace

std::string nccl_tests_json(const JudgedRun& judged) {
  const RunInfo& info = judged.run.info;
  const auto rows = rows_of(judged.run.records);
  if (rows.empty())
    throw UsageError{fmt::format(
        "run '{}' has no collective with times, and nccl-tests knows nothing else; export csv",
        info.id)};
  const bool with_nccl = std::ranges::any_of(
      rows, [](const Halves& row) { return row.any().implementation == "nccl"; });
  Json json =
      nccl_head(info, processor_devices(info), 1, with_nccl ? nccl_version(info) : std::nullopt);
  for (const Halves& row : rows) json["results"].push_back(result_of(row));
  put_totals(json, rows);
  json["errors"] = Json::array();
  json["end_time"] = info.end ? Json(nccl_time(*info.end)) : Json{};
  return dump_json(json) + "\n";
}

}  // namespace assay::results
