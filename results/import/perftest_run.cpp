#include "results/import/perftest_run.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "core/error.hpp"

namespace assay::results {

namespace {

/// perftest's own factors: it calls 2^20 bytes MB in old versions and MiB in new ones.
constexpr double gigabit = 125e6;
constexpr double mebibyte = 1 << 20;
constexpr double microsecond = 1e-6;
constexpr double million = 1e6;

double required(const PerftestRow& row, const char* name) {
  const auto found = row.figures.find(name);
  if (found == row.figures.end()) throw UsageError{fmt::format("{} is missing", name)};
  return found->second;
}

/// Message rates have six decimals of a million a second, bandwidths two or six of their unit.
bool agree(double bandwidth, double unit, double rate, double size) {
  constexpr double half_of_rate = 0.6;
  constexpr double half_of_bandwidth = 0.006;
  constexpr double share = 1e-3;
  const double expected = rate * million * size;
  return std::abs(bandwidth * unit - expected) <=
         half_of_rate * size + half_of_bandwidth * unit + share * expected;
}

/// JSON has no unit: message rate and size say which it is.
double unit_of(const PerftestRow& row, double bandwidth, double size) {
  const double rate = required(row, "MsgRate");
  const bool as_gigabits = agree(bandwidth, gigabit, rate, size);
  const bool as_mebibytes = agree(bandwidth, mebibyte, rate, size);
  if (row.unit == "Gb/s" && as_gigabits) return gigabit;
  if (row.unit == "MiB/s" && as_mebibytes) return mebibyte;
  if (row.unit.empty() && as_gigabits != as_mebibytes) return as_gigabits ? gigabit : mebibyte;
  throw UsageError{
      fmt::format("bandwidth {} {} does not follow from {} million messages of {} bytes", bandwidth,
                  row.unit, rate, size)};
}

void put_latency(const PerftestRow& row, Record& record) {
  const auto typical = row.figures.find("t_typical");
  record.mean_s = required(row, "t_avg") * microsecond;
  if (typical != row.figures.end()) {
    const double least = required(row, "t_min");
    const double most = required(row, "t_max");
    if (typical->second < least || typical->second > most)
      throw UsageError{"t_typical does not lie between t_min and t_max"};
    record.median_s = typical->second * microsecond;
    record.source->statistic = "median";  // perftest's t_typical
  }
}

void put_bandwidth(const PerftestRow& row, Record& record) {
  const double bandwidth = required(row, "BW average");
  const double unit = unit_of(row, bandwidth, static_cast<double>(*record.size_bytes));
  record.algorithm_bandwidth_bytes_per_s = bandwidth * unit;
  record.source->unit = unit == gigabit ? "Gb/s" : "MiB/s";
}

}  // namespace

std::optional<PerftestTest> perftest_title(std::string_view title) {
  std::string text{title};
  std::ranges::replace(text, ' ', '_');
  constexpr std::array verbs{std::pair{"RDMA_Write_imm_", "rdma_write_imm"},
                             std::pair{"RDMA_Write_", "rdma_write"},
                             std::pair{"RDMA_Read_", "rdma_read"},
                             std::pair{"Send_imm_", "send_imm"}, std::pair{"Send_", "send"}};
  constexpr std::array kinds{std::pair{"Bidirectional_BW_Test", std::pair{false, true}},
                             std::pair{"BW_Test", std::pair{false, false}},
                             std::pair{"Latency_Test", std::pair{true, false}}};
  for (const auto& [verb, name] : verbs)
    for (const auto& [kind, meaning] : kinds)
      if (text == std::string{verb} + kind)
        return PerftestTest{name, meaning.first, meaning.second, ""};
  return std::nullopt;
}

Record perftest_record(const PerftestTest& test, const PerftestRow& row) {
  Record record;
  record.benchmark = test.is_latency ? "pair_latency" : test.both_ways ? "pair_both_ways" : "pair";
  record.implementation = "perftest";
  record.algorithm = test.verb;
  record.transport = "rdma";
  record.label = imported_label;
  const double size = required(row, "bytes");
  constexpr double most = 1e15;
  if (size > most || size != std::floor(size)) throw UsageError{"#bytes is no size"};
  record.size_bytes = static_cast<std::uint64_t>(size);
  if (!test.device.empty()) record.rail = test.device;
  record.source = Source{.tool = "perftest",
                         .place = row.place,
                         .statistic = "mean",
                         .unit = "us",
                         .figures = row.figures};
  if (test.is_latency)
    put_latency(row, record);
  else
    put_bandwidth(row, record);
  return record;
}

}  // namespace assay::results
