// Of sensors made up for it: no GPU is behind them.
#include "benchmarks/gpu_sensors.hpp"

#include <gmock/gmock.h>

#include "benchmarks/gpu_matmul/peak.hpp"

namespace assay::benchmarks {
namespace {

using gpu_matmul::OperandType;
using gpu_matmul::peak_flop_per_clock;
using results::Record;

Record of_gpu(const std::string& benchmark, const std::string& device) {
  Record record;
  record.benchmark = benchmark;
  record.host = "n0";
  record.device = device;
  return record;
}
Record matmul(const std::string& device) {
  Record record = of_gpu("matmul", device);
  record.memory = "device";
  record.rate_flop_per_s = 8e14;
  record.report.readings[peak_reading] = 5e5;
  return record;
}
Record beside(const std::string& device, double clock) {
  Record record = of_gpu("telemetry", device);
  record.report.sensors["sm_clock_hz"] = {clock / 2, clock, clock * 2};
  record.report.throttled["software_power_cap"] = 0.25;
  return record;
}

TEST(AddSensors, KeepsThoseOfTheSameGpu) {
  std::vector<Record> records{matmul("gpu0"), matmul("gpu1")};
  add_sensors(records, {beside("gpu1", 2e9), beside("gpu0", 1.75e9)});
  EXPECT_EQ(records[0].report.sensors.at("sm_clock_hz").median, 1.75e9);
  EXPECT_EQ(records[1].report.sensors.at("sm_clock_hz").median, 2e9);
  EXPECT_EQ(records[0].report.throttled.at("software_power_cap"), 0.25);
}

TEST(AddSensors, TellsTheShareOfThePeakAtTheClockThatItHad) {
  std::vector<Record> records{matmul("gpu0")};
  add_sensors(records, {beside("gpu0", 2e9)});
  ASSERT_TRUE(records[0].share_of_peak);
  EXPECT_DOUBLE_EQ(*records[0].share_of_peak, 0.8);
}

TEST(AddSensors, TellsNoShareWhereSomethingIsNotKnown) {
  std::vector<Record> without_clock{matmul("gpu0")};
  Record telemetry = beside("gpu0", 2e9);
  telemetry.report.sensors.clear();
  add_sensors(without_clock, {telemetry});
  EXPECT_FALSE(without_clock[0].share_of_peak);
  std::vector<Record> without_peak{matmul("gpu0")};
  without_peak[0].report.readings.clear();
  add_sensors(without_peak, {beside("gpu0", 2e9)});
  EXPECT_FALSE(without_peak[0].share_of_peak);
  std::vector<Record> without_sensors{matmul("gpu0")};
  add_sensors(without_sensors, {beside("gpu1", 2e9)});
  EXPECT_FALSE(without_sensors[0].share_of_peak);
}

TEST(AddSensors, KeepsThoseOfTheHostsProcessors) {
  std::vector<Record> records{of_gpu("matmul", "cpu")};
  Record host = of_gpu("telemetry", "cpu");
  host.report.sensors["frequency_hz"] = {1e9, 2e9, 3e9};
  add_sensors(records, {beside("gpu0", 2e9), host});
  EXPECT_EQ(records[0].report.sensors.at("frequency_hz").median, 2e9);
  EXPECT_FALSE(records[0].report.sensors.contains("sm_clock_hz"));
}

TEST(AddSensors, LeavesRecordsOfSeveralDevicesAlone) {
  Record sum;
  sum.benchmark = "all_reduce";
  sum.memory = "device";
  std::vector<Record> records{sum};
  add_sensors(records, {beside("gpu0", 2e9)});
  EXPECT_TRUE(records[0].report.sensors.empty());
}

TEST(ShareOfPeak, IsLeftOutWithTheReason) {
  std::vector<Record> records{matmul("gpu0"), matmul("gpu0"), matmul("gpu1"), matmul("gpu0")};
  records[1].report.readings.clear();
  Record telemetry = beside("gpu0", 2e9);
  add_sensors(records, {telemetry});
  EXPECT_EQ(why_no_share_of_peak(records[0]), "");
  EXPECT_EQ(why_no_share_of_peak(records[1]), "the peak of this type on this GPU is not known");
  EXPECT_THAT(why_no_share_of_peak(records[2]), testing::HasSubstr("NVML is not there"));
  telemetry.report.sensors = {{"power_w", {1, 2, 3}}};
  std::vector<Record> without_clock{matmul("gpu0")};
  add_sensors(without_clock, {telemetry});
  EXPECT_THAT(why_no_share_of_peak(without_clock[0]), testing::HasSubstr("does not tell it"));
}

TEST(MigLine, NamesTheGpusThatAreParts) {
  Record host;
  host.host = "n0";
  Record whole = of_gpu("inventory", "gpu0");
  whole.report.readings["mig"] = 0;
  Record part = of_gpu("inventory", "gpu1");
  part.report.readings["mig"] = 1;
  const Record silent = of_gpu("inventory", "gpu2");
  EXPECT_EQ(mig_line({host, whole, silent}), "");
  EXPECT_THAT(mig_line({host, whole, part, silent}), testing::StartsWith("MIG is on on n0 gpu1:"));
}

TEST(PeakFlopPerClock, GivesTheDatasheetsPeaksAtTheirClocks) {
  const auto tera = [](OperandType type, gpu_matmul::Capability capability, int multiprocessors,
                       double clock) {
    return peak_flop_per_clock(type, capability, multiprocessors).value_or(0) * clock / 1e12;
  };
  EXPECT_NEAR(tera(OperandType::bfloat16, {8, 0}, 108, 1.41e9), 312, 1);
  EXPECT_NEAR(tera(OperandType::float32, {8, 0}, 108, 1.41e9), 19.5, 0.1);
  EXPECT_NEAR(tera(OperandType::float16, {9, 0}, 132, 1.83e9), 989.4, 2);
  EXPECT_NEAR(tera(OperandType::float8_e4m3, {9, 0}, 132, 1.83e9), 1979, 2);
  EXPECT_NEAR(tera(OperandType::tf32, {9, 0}, 132, 1.83e9), 494.7, 1);
  EXPECT_NEAR(tera(OperandType::float32, {9, 0}, 132, 1.98e9), 66.9, 0.1);
  EXPECT_NEAR(tera(OperandType::bfloat16, {10, 0}, 148, 1.85e9), 2250, 10);
}

TEST(PeakFlopPerClock, IsNotMadeUpForOthers) {
  EXPECT_FALSE(peak_flop_per_clock(OperandType::bfloat16, {8, 9}, 100));
  EXPECT_FALSE(peak_flop_per_clock(OperandType::float8_e4m3, {8, 0}, 108));
}

}  // namespace
}  // namespace assay::benchmarks
