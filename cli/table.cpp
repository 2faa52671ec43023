#include "cli/table.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>

namespace assay::cli {

using results::Record;

namespace {

std::vector<double> own_times(const Record& record) {
  std::vector<double> times;
  for (const auto& rank : record.per_rank)
    if (rank.median_s) times.push_back(*rank.median_s);
  return times;
}

double seconds_of(const Record& record, const std::string& average) {
  const auto times = own_times(record);
  if (average.empty() || times.empty()) return record.median_s.value_or(0);
  if (average == "0") return times.front();
  if (average == "2") return *std::min_element(times.begin(), times.end());
  if (average == "3") return *std::max_element(times.begin(), times.end());
  return std::accumulate(times.begin(), times.end(), 0.0) / static_cast<double>(times.size());
}

/// nccl-tests' own precision: fewer decimals for longer times.
std::string time_text(double microseconds) {
  constexpr double no_decimals_from = 10000;
  constexpr double one_decimal_from = 100;
  if (microseconds >= no_decimals_from) return fmt::format("{:7.0f}", microseconds);
  if (microseconds >= one_decimal_from) return fmt::format("{:7.1f}", microseconds);
  return fmt::format("{:7.2f}", microseconds);
}

std::string half(const Record& record, const std::string& average) {
  const TableFigures figures = figures_of(record, average);
  // Ranks that share one GPU have no link whose bandwidth it could be.
  if (record.label == results::virtual_label)
    return fmt::format("  {}  {:>6}  {:>6}  {:>5}", time_text(figures.time_us), "N/A", "N/A",
                       record.wrong ? fmt::format("{}", *record.wrong) : "N/A");
  return fmt::format("  {}  {:6.2f}  {:6.2f}  {:>5}", time_text(figures.time_us),
                     figures.algorithm_gigabytes, figures.bus_gigabytes,
                     record.wrong ? fmt::format("{}", *record.wrong) : "N/A");
}

/// What nccl-tests shows where an operation does not work in place.
std::string half_of_nothing() {
  return fmt::format("  {:>7}  {:>6}  {:>6}  {:>5}", "N/A", "N/A", "N/A", "N/A");
}

}  // namespace

TableFigures figures_of(const Record& record, const std::string& average) {
  const double seconds = seconds_of(record, average);
  const double algorithm =
      seconds > 0 ? static_cast<double>(record.size_bytes.value_or(0)) / seconds / 1e9 : 0;
  const double factor =
      record.algorithm_bandwidth_bytes_per_s.value_or(0) > 0
          ? record.bus_bandwidth_bytes_per_s.value_or(0) / *record.algorithm_bandwidth_bytes_per_s
          : 1.0;
  return {seconds * 1e6, algorithm, algorithm * factor};
}

std::string table_header() {
  return "#                                                              out-of-place              "
         "  "
         "       in-place          \n"
         "#       size         count      type   redop    root     time   algbw   busbw #wrong     "
         "time   algbw   busbw #wrong\n"
         "#        (B)    (elements)                               (us)  (GB/s)  (GB/s)            "
         "(us)  (GB/s)  (GB/s)       \n";
}

std::string table_row(const TableRow& row, const std::string& average) {
  std::string text = fmt::format(
      "{:12}  {:12}  {:>8}  {:>6}  {:6}", row.out_of_place.size_bytes.value_or(0), row.count,
      row.type, row.out_of_place.op.value_or("none"), row.out_of_place.root.value_or(no_root));
  text += half(row.out_of_place, average);
  text += row.in_place ? half(*row.in_place, average) : half_of_nothing();
  return text + '\n';
}

void TableTotals::add(const TableRow& row, const std::string& average) {
  const auto add_half = [&](const Record& record) {
    wrong += record.wrong.value_or(0);
    if (record.label == results::virtual_label) return;
    bus_gigabytes_sum += figures_of(record, average).bus_gigabytes;
    ++halves;
  };
  add_half(row.out_of_place);
  if (row.in_place) add_half(*row.in_place);
}

double TableTotals::bus_gigabytes() const { return halves > 0 ? bus_gigabytes_sum / halves : 0.0; }

std::string table_group_footer(int group, const TableTotals& totals) {
  return fmt::format("# group {}: {} wrong, mean bus bandwidth {:g} GB/s\n", group, totals.wrong,
                     totals.bus_gigabytes());
}

std::string table_footer(const TableTotals& totals) {
  return fmt::format("# Out of bounds values : {} {}\n# Avg bus bandwidth    : {:g}\n#\n",
                     totals.wrong, totals.wrong == 0 ? "OK" : "FAILED", totals.bus_gigabytes());
}

}  // namespace assay::cli
