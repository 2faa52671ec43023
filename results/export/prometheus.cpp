#include <fmt/format.h>

#include <array>
#include <cmath>
#include <ctime>
#include <map>
#include <optional>

#include "results/export/formats.hpp"
#include "results/setting.hpp"
#include "results/text.hpp"
#include "core/utf8.hpp"

namespace assay::results {

namespace {

std::string escaped(std::string_view value) {
  std::string result;
  for (const char byte : printable(valid_utf8(value))) {
    if (byte == '\\' || byte == '"') result += '\\';
    result += byte;
  }
  return result;
}

std::string labels_of(const std::vector<Setting>& settings) {
  std::string text;
  for (const auto& [name, value] : settings)
    text += fmt::format("{}{}=\"{}\"", text.empty() ? "" : ",", name, escaped(value));
  return text;
}

/// Gauges by name, each with its help, as the format wants them: together.
class Gauges {
 public:
  /// Of several values with equal labels the last one stands.
  void set(std::string_view name, std::string_view help, const std::string& labels, double value) {
    auto& gauge = gauges_[std::string{name}];
    gauge.help = help;
    gauge.values[labels] = value;
  }

  [[nodiscard]] std::string text() const {
    std::string result;
    for (const auto& [name, gauge] : gauges_) {
      result += fmt::format("# HELP assay_{} {}\n# TYPE assay_{} gauge\n", name, gauge.help, name);
      for (const auto& [labels, value] : gauge.values)
        result += labels.empty() ? fmt::format("assay_{} {}\n", name, value)
                                 : fmt::format("assay_{}{{{}}} {}\n", name, labels, value);
    }
    return result;
  }

 private:
  struct Gauge {
    std::string help;
    std::map<std::string, double> values;
  };
  std::map<std::string, Gauge> gauges_;
};

/// Seconds since 1970 of 2026-11-23T16:29:00Z; none of anything else.
std::optional<double> epoch_seconds(const std::string& utc) {
  std::tm parts{};
  const char* end = strptime(utc.c_str(), "%Y-%m-%dT%H:%M:%SZ", &parts);
  if (end == nullptr || *end != '\0') return std::nullopt;
  return static_cast<double>(timegm(&parts));
}

struct Figure {
  std::string_view name;
  std::string_view help;
  std::optional<double> Record::*member;
};
constexpr std::array figures{
    Figure{"duration_median_seconds", "Median time of one operation.", &Record::median_s},
    Figure{"duration_mean_seconds", "Mean time of one operation, of an imported record.",
           &Record::mean_s},
    Figure{"duration_fast_seconds", "Low tenth of the times that nothing disturbed.",
           &Record::fast_s},
    Figure{"arrival_skew_seconds", "Median of last minus first arrival.", &Record::arrival_skew_s},
    Figure{"algorithm_bandwidth_bytes_per_second", "Size over median time.",
           &Record::algorithm_bandwidth_bytes_per_s},
    Figure{"bus_bandwidth_bytes_per_second", "Bus bandwidth as nccl-tests defines it.",
           &Record::bus_bandwidth_bytes_per_s},
    Figure{"operations_per_second", "Floating-point operations a second.",
           &Record::rate_flop_per_s},
};

void add_record(Gauges& gauges, const Record& record) {
  const std::string labels = labels_of(settings_of(record));
  for (const Figure& figure : figures)
    if (const auto value = record.*figure.member)
      gauges.set(figure.name, figure.help, labels, *value);
  if (record.wrong)
    gauges.set("wrong_elements", "Wrong elements in the results.", labels,
               static_cast<double>(*record.wrong));
  if (!record.samples_s.empty())
    gauges.set("samples", "Samples that the median is of.", labels,
               static_cast<double>(record.samples_s.size()));
}

void add_verdict(Gauges& gauges, const Verdict& verdict) {
  for (const Status status : {Status::pass, Status::fail, Status::inconclusive})
    gauges.set("verdict", "1 for the verdict of the run, 0 for the others.",
               labels_of({{"verdict", std::string{name_of(status)}}}),
               verdict.verdict == status ? 1 : 0);
  std::map<std::string, double> counts;
  for (const Check& check : verdict.checks)
    counts[labels_of({{"check", check.name}, {"status", std::string{name_of(check.status)}}})] += 1;
  for (const auto& [labels, count] : counts)
    gauges.set("checks", "Checks by name and status.", labels, count);
  gauges.set("suspects", "Parts that are suspected.", "",
             static_cast<double>(verdict.suspects.size()));
  for (const Suspect& suspect : verdict.suspects)
    gauges.set("suspect_deficit_ratio", "How far a suspect is below what is expected, 0 to 1.",
               labels_of({{"kind", suspect.kind},
                          {"name", suspect.name},
                          {"direction", suspect.direction.value_or("")},
                          {"peer", suspect.peer.value_or("")},
                          {"rail", suspect.rail.value_or("")},
                          {"layer", suspect.layer}}),
               suspect.deficit);
}

}  // namespace

std::string prometheus_text(const JudgedRun& judged) {
  Gauges gauges;
  const RunInfo& info = judged.run.info;
  gauges.set("run_info", "The run that all of this is from.",
             labels_of({{"run", info.id},
                        {"verb", info.verb},
                        {"level", info.level},
                        {"label", info.label},
                        {"version", info.version}}),
             1);
  if (const auto start = epoch_seconds(info.start))
    gauges.set("run_start_timestamp_seconds", "When the run began.", "", *start);
  if (const auto end = epoch_seconds(info.end.value_or("")))
    gauges.set("run_end_timestamp_seconds", "When the run ended; absent if it broke off.", "",
               *end);
  for (const Record& record : judged.run.records) add_record(gauges, record);
  if (judged.verdict) add_verdict(gauges, *judged.verdict);
  return gauges.text();
}

}  // namespace assay::results
