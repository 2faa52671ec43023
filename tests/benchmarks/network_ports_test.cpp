#include "benchmarks/network_ports.hpp"

#include <gmock/gmock.h>

namespace assay::benchmarks {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::Pair;
using testing::SizeIs;

TEST(NetworkPortRecords, HaveTheRateOrWhyThereIsNone) {
  const auto records =
      network_port_records("n1", {{"eth0", "0000:03:00.0", "25000 Mb/s", 3.125e9, ""},
                                  {"veth0", "", "", std::nullopt, "is virtual"}});
  ASSERT_THAT(records, SizeIs(2));
  EXPECT_EQ(records[0].benchmark, "network_port");
  EXPECT_EQ(records[0].host, "n1");
  EXPECT_EQ(records[0].device, "eth0");
  EXPECT_THAT(records[0].report.facts,
              ElementsAre(Pair("card", "0000:03:00.0"), Pair("rate", "25000 Mb/s")));
  EXPECT_THAT(records[0].report.readings, ElementsAre(Pair("bytes_per_s", 3.125e9)));
  EXPECT_THAT(records[1].report.facts, ElementsAre(Pair("without_rate", "is virtual")));
  EXPECT_THAT(records[1].report.readings, IsEmpty());
}

}  // namespace
}  // namespace assay::benchmarks
