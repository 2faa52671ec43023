#include "results/self_report.hpp"

#include <gmock/gmock.h>

#include <limits>
#include <nlohmann/json.hpp>

#include "core/error.hpp"

namespace assay::results {
namespace {

using testing::HasSubstr;
using testing::ThrowsMessage;

SelfReport full_report() {
  SelfReport report;
  report.facts["name"] = "Stand-in GPU";
  report.readings["pcie_width"] = 16;
  report.sensors["temperature_c"] = {40, 45.5, 93};
  report.throttled["hardware_thermal"] = 0.25;
  return report;
}

SelfReport read(const Json& json) { return read_self_report(FieldReader{json}); }

TEST(SelfReport, ComesBackAsItWasWritten) {
  EXPECT_EQ(read(self_report_json(full_report())), full_report());
  EXPECT_EQ(read(self_report_json({})), SelfReport{});
  EXPECT_TRUE(SelfReport{}.empty());
  EXPECT_FALSE(full_report().empty());
}

TEST(SelfReport, RefusesWhatIsNoReading) {
  EXPECT_THAT([] { read(parse_json(R"({"readings": {"pcie_width": "16"}})")); },
              ThrowsMessage<UsageError>(HasSubstr("pcie_width")));
  EXPECT_THAT([] { read(parse_json(R"({"sensors": {"power_w": {"least": 1}}})")); },
              ThrowsMessage<UsageError>(HasSubstr("median")));
  EXPECT_THAT([] { read(parse_json(R"({"facts": {"name": 1}})")); },
              ThrowsMessage<UsageError>(HasSubstr("name")));
}

TEST(SelfReport, WritesNoInfinity) {
  SelfReport report;
  report.readings["power_w"] = std::numeric_limits<double>::infinity();
  EXPECT_THROW(static_cast<void>(self_report_json(report)), Error);
}

}  // namespace
}  // namespace assay::results
