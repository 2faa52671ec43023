#include "benchmarks/host_links.hpp"

#include <gmock/gmock.h>

namespace assay::benchmarks {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::Pair;
using testing::SizeIs;

TEST(HostLinks, AreRecordsOfCardsAndPorts) {
  topology::Parts parts;
  const int host = parts.add({"host", "n1", "", topology::Part::top});
  const int bridge = parts.add({"bridge", "0000:00:01.0", "0x8086 0x352a", host});
  const int card = parts.add({"nic", "0000:01:00.0", "0x15b3 0x1021", bridge});
  const int port = parts.add({"port", "mlx5_0:1", "4: ACTIVE, 5: LinkUp", card});
  parts.links.push_back({bridge, host, "pcie", "32 GT/s x16", 63e9, 63e9});
  parts.links.push_back({card, bridge, "pcie", "32 GT/s x8", 31.5e9, 63e9});
  parts.links.push_back({port, card, "infiniband", "400 Gb/sec (4X NDR)", 50e9, {}});
  const auto records = host_link_records("n1", parts);
  ASSERT_THAT(records, SizeIs(2));
  EXPECT_EQ(records[0].benchmark, "host_link");
  EXPECT_EQ(records[0].host, "n1");
  EXPECT_EQ(records[0].device, "0000:01:00.0");
  EXPECT_THAT(records[0].report.facts, ElementsAre(Pair("id", "0x15b3 0x1021"), Pair("kind", "nic"),
                                                   Pair("link", "32 GT/s x8")));
  EXPECT_THAT(records[0].report.readings,
              ElementsAre(Pair("both_ends_allow_bytes_per_s", 63e9), Pair("bytes_per_s", 31.5e9)));
  EXPECT_EQ(records[1].report.facts.at("state"), "4: ACTIVE, 5: LinkUp");
  EXPECT_THAT(records[1].report.readings, ElementsAre(Pair("bytes_per_s", 50e9)));
}

TEST(HostLinks, OfAMachineThatTellsNoRatesAreNone) {
  topology::Parts parts;
  parts.add({"nic", "0000:00:03.0", "0x1af4 0x1041", parts.add({"host", "vm", "", -1})});
  EXPECT_THAT(host_link_records("vm", parts), IsEmpty());
}

}  // namespace
}  // namespace assay::benchmarks
