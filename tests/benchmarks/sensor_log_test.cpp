#include "benchmarks/sensor_log.hpp"

#include <gtest/gtest.h>

namespace assay::benchmarks {
namespace {

TEST(SensorLog, KeepsTheRangeAndTheSharesOfMoments) {
  SensorLog log;
  EXPECT_TRUE(log.empty());
  log.add({{"power_w", 300}}, {});
  log.add({{"power_w", 500}, {"temperature_c", 60}}, {"hardware_thermal"});
  log.add({{"power_w", 310}}, {});
  log.add({{"power_w", 320}}, {"hardware_thermal", "software_power_cap"});
  EXPECT_FALSE(log.empty());
  results::Record record;
  log.describe(record);
  EXPECT_EQ(record.report.sensors.at("power_w"), (results::SensorRange{300, 315, 500}));
  EXPECT_EQ(record.report.sensors.at("temperature_c"), (results::SensorRange{60, 60, 60}));
  EXPECT_DOUBLE_EQ(record.report.throttled.at("hardware_thermal"), 0.5);
  EXPECT_DOUBLE_EQ(record.report.throttled.at("software_power_cap"), 0.25);
}

TEST(SensorLog, SaysNothingOfNothing) {
  results::Record record;
  SensorLog{}.describe(record);
  EXPECT_TRUE(record.report.empty());
}

}  // namespace
}  // namespace assay::benchmarks
