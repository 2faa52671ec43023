#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <tuple>
#include <utility>

#include "core/error.hpp"
#include "results/import/lines.hpp"
#include "results/import/logs.hpp"
#include "results/import/nccl_run.hpp"
#include "results/json_fields.hpp"

namespace assay::results {

namespace {

constexpr int known_file_versions = 3;

std::optional<NcclHalf> half_of(const FieldReader& result, const char* name) {
  const auto fields = result.object(name);
  if (!fields) return std::nullopt;
  NcclHalf half;
  const auto time = fields->magnitude("time");
  half.time_us = time ? *time : fields->required_number("cpu_time");
  half.algorithm_gigabytes = fields->required_number("alg_bw");
  half.bus_gigabytes = fields->required_number("bus_bw");
  if (half.time_us < 0 || half.algorithm_gigabytes < 0 || half.bus_gigabytes < 0)
    throw UsageError{"a time or bandwidth is below 0"};
  constexpr double most = 1e18;
  if (const auto wrong = fields->magnitude("nwrong")) {
    if (*wrong > most || *wrong != std::floor(*wrong)) throw UsageError{"nwrong is no count"};
    half.wrong = static_cast<std::uint64_t>(*wrong);
  }
  if (const auto details = result.object(fmt::format("{}_per_iter", name).c_str()))
    half.samples_us = details->magnitudes("times_us");
  return half;
}

NcclRow row_of(const FieldReader& result) {
  NcclRow row;
  row.size = result.required_count("size");
  row.count = result.required_count("count");
  const std::string type = result.required_text("type");
  const auto known = find_nccl_type(type);
  if (!known) throw UsageError{fmt::format("unknown type '{}'", type)};
  row.type = *known;
  row.op = result.text("redop").value_or("none");
  const std::string root = result.text("root").value_or("-1");  // with blanks before it
  const auto words = words_of(root);
  constexpr std::uint64_t most = 1 << 24;
  if (words.size() != 1) throw UsageError{fmt::format("root is '{}'", root)};
  if (words[0] != "-1") {
    const auto rank = whole_number(words[0]);
    if (!rank || *rank > most) throw UsageError{fmt::format("root is '{}', not a rank", root)};
    row.root = static_cast<int>(*rank);
  }
  row.out_of_place = half_of(result, "out_of_place");
  row.in_place = half_of(result, "in_place");
  return row;
}

/// The program that wrote the file: its first argument.
std::string program_of(const FieldReader& fields) {
  const auto arguments = fields.texts("args");
  if (arguments.empty()) return "";
  std::string name = std::filesystem::path{arguments[0]}.filename().string();
  constexpr std::string_view suffix = "_perf";
  if (name.ends_with(suffix)) name.resize(name.size() - suffix.size());
  return name;
}

std::vector<NcclRank> ranks_in(const FieldReader& fields) {
  std::vector<NcclRank> ranks;
  const auto config = fields.object("config");
  if (!config) return ranks;
  for (const FieldReader& device : config->objects("devices")) {
    NcclRank rank;
    rank.identity.rank = device.required_integer("rank");
    rank.identity.pid = device.integer("pid").value_or(0);
    rank.identity.host = device.required_text("hostname");
    rank.identity.processor = device.text("device_info").value_or("");
    rank.group = device.integer("group").value_or(0);
    ranks.push_back(rank);
  }
  return ranks;
}

/// What a result of a file by assay export says of itself, and one by nccl-tests does not.
void put_assay_settings(const FieldReader& result, NcclRun& run) {
  run.implementation = result.text("implementation").value_or(run.implementation);
  run.memory = result.text("memory").value_or(run.memory);
  run.algorithm = result.text("algorithm");
  run.transport = result.text("transport");
  run.registered = result.flag("registered");
  if (const auto benchmark = result.text("collective"))
    if (const auto collective = find_collective(*benchmark)) run.program = collective->program;
}

/// Of one of several groups its ranks are known even where groups differ.
void put_group(const FieldReader& result, const std::vector<NcclRank>& ranks, NcclRun& run) {
  run.group = result.integer("group");
  if (!run.group) return;
  for (const NcclRank& rank : ranks)
    if (rank.group == *run.group) run.members.push_back(rank.identity.rank);
  run.ranks.reset();
  if (!run.members.empty()) run.ranks = static_cast<int>(run.members.size());
}

/// The one of `runs` that came about as `run` did; it is added where there is none.
NcclRun& run_like(const NcclRun& run, std::vector<NcclRun>& runs) {
  const auto way = [](const NcclRun& of) {
    return std::tie(of.program, of.implementation, of.memory, of.algorithm, of.transport,
                    of.registered, of.group);
  };
  const auto found =
      std::ranges::find_if(runs, [&](const NcclRun& known) { return way(known) == way(run); });
  return found == runs.end() ? runs.emplace_back(run) : *found;
}

/// A number as NCCL counts its versions: 22805 is 2.28.5.
std::string nccl_version(int code) {
  constexpr int from_two_digits = 10000;
  return code < from_two_digits
             ? fmt::format("{}.{}.{}", code / 1000, code / 100 % 10, code % 100)
             : fmt::format("{}.{}.{}", code / 10000, code / 100 % 100, code % 100);
}

}  // namespace

bool is_nccl_tests_json(std::string_view text) {
  return text.find("\"results\"") != std::string_view::npos &&
         text.find("\"nccl_version\"") != std::string_view::npos;
}

ImportedLog read_nccl_tests_json(std::string_view text, const ImportHints& hints) {
  const Json json = parse_json(std::string{text});
  const FieldReader fields{json};
  const int version = fields.required_integer("version");
  if (version > known_file_versions)
    throw UsageError{
        fmt::format("is of version {} of nccl-tests' JSON; versions up to {} are known", version,
                    known_file_versions)};
  ImportedLog log;
  log.tool = "nccl-tests";
  if (const auto code = fields.integer("nccl_version")) log.libraries["nccl"] = nccl_version(*code);
  const auto ranks = ranks_in(fields);
  for (const NcclRank& rank : ranks) log.ranks.push_back(rank.identity);
  NcclRun whole;
  whole.program = program_of(fields);
  whole.ranks = ranks_of(ranks);
  whole.start = fields.text("start_time").value_or("");
  whole.end = fields.text("end_time").value_or("");
  const auto assay = fields.text("assay_version");  // written by assay export
  if (assay) {
    log.tool = whole.tool = whole.implementation = "assay";
    whole.version = *assay;
    whole.time_statistic = "median";
  }
  std::vector<NcclRun> runs;
  int number = 0;
  for (const FieldReader& result : fields.objects("results")) {
    const std::string place = fmt::format("results[{}]", number++);
    try {
      NcclRun run = whole;
      if (assay) put_assay_settings(result, run);
      put_group(result, ranks, run);
      NcclRow row = row_of(result);
      row.place = place;
      run_like(run, runs).rows.push_back(std::move(row));
    } catch (const UsageError& problem) {
      log.unread.push_back({place, problem.what()});
    }
  }
  for (const NcclRun& run : runs) add_nccl_run(run, hints, log);
  return log;
}

}  // namespace assay::results
