#include "results/judge/network_counters.hpp"

#include <gmock/gmock.h>

#include "results/judge/device_counts.hpp"
#include "results/judge/lost_segments.hpp"
#include "tests/results/judge/link_network.hpp"

namespace assay::results {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

/// Share of the segments of a link that are lost, by the numbers of its nodes.
using Loss = std::function<double(int from, int to)>;

int number_of(const std::string& host) { return std::stoi(host.substr(1)); }

/// A network of eight nodes on leaves of two whose senders count segments. A lost one costs what
/// a good many take, unless it is said what the links reach.
Network counting(const Loss& loss, Shares shares = nullptr) {
  const auto slowed = [&](int from, int to, int) { return 1.0 - 10 * loss(from, to); };
  Network network{8, 1, shares ? std::move(shares) : Shares{slowed}};
  for (Record& record : network.run().records) {
    constexpr std::uint64_t sent = 4000;
    record.counters["segments_sent"] = sent;
    record.counters["segments_repeated"] = static_cast<std::uint64_t>(
        std::lround(sent * loss(number_of(*record.from), number_of(*record.to))));
  }
  return network;
}

/// What the device of one host counted, beside those of others that are sound.
Network counted(const std::map<std::string, std::uint64_t>& counters, Shares shares = sound) {
  Network network{4, 1, std::move(shares)};
  for (int node = 0; node < 4; ++node) {
    Record record;
    record.benchmark = "network_counters";
    record.implementation = "kernel";
    record.host = "n" + std::to_string(node);
    record.device = "eth0";
    record.counters = {{"rx_packets", 10'000'000}, {"carrier_changes", 0}, {"rx_errors", 0}};
    if (node == 2)
      for (const auto& [name, value] : counters) record.counters[name] = value;
    network.run().records.push_back(record);
  }
  return network;
}

TEST(NetworkCounters, OfASoundNetworkPass) {
  const auto verdict = counting([](int, int) { return 0.0; }).judged();
  EXPECT_THAT(verdict.suspects, IsEmpty());
  EXPECT_THAT(subjects(verdict, Status::pass, "network/segments"), ElementsAre("56 links"));
}

TEST(NetworkCounters, OfACongestedNetworkBlameNobody) {
  const auto verdict =
      counting([](int from, int) { return from % 2 == 0 ? 0.004 : 0.002; }).judged();
  EXPECT_THAT(verdict.suspects, IsEmpty());
}

TEST(NetworkCounters, NameANodeThatLosesBothWays) {
  const auto verdict =
      counting([](int from, int to) { return from == 3 || to == 3 ? 0.01 : 0.0; }).judged();
  ASSERT_THAT(suspects_of(verdict), ElementsAre("node n3 both - -"));
  EXPECT_THAT(verdict.suspects[0].evidence, Contains(HasSubstr("loses 1.00 % of what is sent")));
  EXPECT_THAT(verdict.suspects[0].evidence, Contains(HasSubstr("40 of 4000 TCP segments lost")));
  EXPECT_GT(verdict.suspects[0].confidence, 0.99);
  EXPECT_THAT(subjects(verdict, Status::fail, "network/segments"), SizeIs(14));
}

TEST(NetworkCounters, NameAReceiverThatLoses) {
  const auto verdict = counting([](int, int to) { return to == 5 ? 0.02 : 0.0; }).judged();
  EXPECT_THAT(suspects_of(verdict), ElementsAre("node n5 receive - -"));
}

TEST(NetworkCounters, NameAPathThatLoses) {
  const auto verdict =
      counting([](int from, int to) { return from == 1 && to == 6 ? 0.01 : 0.0; }).judged();
  EXPECT_THAT(suspects_of(verdict), ElementsAre("path n1 send n6 -"));
}

TEST(NetworkCounters, NameAnUplinkThatLoses) {
  const auto verdict =
      counting([](int from, int to) { return from / 2 == 1 && to / 2 != 1 ? 0.01 : 0.0; }).judged();
  EXPECT_THAT(suspects_of(verdict), ElementsAre("uplink leaf1 send - -"));
}

TEST(NetworkCounters, DoNotBlameNeighboursForControlMessagesToALossyNode) {
  // n5 shares a leaf with n4; its messages to n4 between turns are counted with what it sends.
  const auto verdict = counting([](int from, int to) {
                         if (from == 4 || to == 4) return 0.02;
                         return from == 5 || from == 0 ? 0.003 : 0.0;
                       }).judged();
  EXPECT_THAT(suspects_of(verdict), ElementsAre("node n4 both - -"));
}

TEST(NetworkCounters, AreLetGoWhereTheyCostNothing) {
  const auto verdict =
      counting([](int from, int) { return from == 3 ? 0.01 : 0.0; }, sound).judged();
  EXPECT_THAT(verdict.suspects, IsEmpty());
  EXPECT_THAT(subjects(verdict, Status::pass, "network/segments"), ElementsAre("56 links"));
}

TEST(NetworkCounters, AddToWhatRatesShow) {
  auto network = Network{8, 1, [](int from, int, int) { return from == 2 ? 0.7 : 1.0; }};
  network.settled();
  for (Record& record : network.run().records) {
    record.counters["segments_sent"] = 4000;
    record.counters["segments_repeated"] = record.from == "n2" ? 80 : 0;
  }
  const auto verdict = network.judged();
  ASSERT_THAT(suspects_of(verdict), ElementsAre("node n2 send - -"));
  EXPECT_NEAR(verdict.suspects[0].deficit, 0.3, 0.02);
  EXPECT_THAT(verdict.suspects[0].evidence, Contains(HasSubstr("TCP segments lost")));
}

TEST(NetworkCounters, DoNotCountWhatWasRepeatedInVain) {
  // A sender that waits for its processor repeats what had arrived; it costs the path nothing, and
  // what makes the path slow is its uplink.
  auto network =
      Network{8, 1, [](int from, int to, int) { return from / 2 == 1 && to / 2 != 1 ? 0.7 : 1.0; }};
  network.settled();
  for (Record& record : network.run().records) {
    const bool waits = record.from == "n2" && record.to == "n1";
    record.counters = {{"segments_sent", 4000}, {"segments_repeated", waits ? 12 : 0}};
  }
  const auto counted = find_losses(network.run(), *link_table(network.run(), LinkView::apart), 0.0);
  EXPECT_THAT(counted.parts, SizeIs(1));
  for (Record& record : network.run().records)
    record.counters["segments_doubled"] = record.counters["segments_repeated"];
  const auto told = find_losses(network.run(), *link_table(network.run(), LinkView::apart), 0.0);
  EXPECT_THAT(told.parts, IsEmpty());
}

TEST(NetworkCounters, AddNoPathsToASlowUplink) {
  auto network =
      Network{8, 1, [](int from, int to, int) { return from / 2 == 1 && to / 2 != 1 ? 0.7 : 1.0; }};
  network.settled();
  for (Record& record : network.run().records) {
    const bool loses = record.from == "n2" && record.to == "n1";
    record.counters = {{"segments_sent", 4000}, {"segments_repeated", loses ? 12 : 0}};
  }
  EXPECT_THAT(suspects_of(network.judged()), ElementsAre("uplink leaf1 send - -"));
}

TEST(NetworkCounters, SettleWhatStalls) {
  // Half of its turns n3 stands still: means show it, and what is lost tells why.
  const auto lossy = [](int from, int to) { return from == 3 || to == 3 ? 0.05 : 0.0; };
  const auto stalls = [](int from, int to, int) { return from == 3 || to == 3 ? 0.5 : 1.0; };
  EXPECT_THAT(open_links(counting([](int, int) { return 0.0; }, stalls).run(), {}),
              testing::Not(IsEmpty()));
  EXPECT_THAT(open_links(counting(lossy, stalls).run(), {}), IsEmpty());
}

TEST(NetworkCounters, AreNoMeasurementOfAFewSegments) {
  auto network = Network{8, 1, sound};
  for (Record& record : network.run().records)
    record.counters = {{"segments_sent", 100}, {"segments_repeated", 50}};
  EXPECT_THAT(network.judged().suspects, IsEmpty());
}

TEST(NetworkCounters, NameADeviceThatLostItsLink) {
  const auto verdict = counted({{"carrier_changes", 13}}).judged();
  ASSERT_THAT(suspects_of(verdict), ElementsAre("node n2 both - -"));
  EXPECT_THAT(verdict.suspects[0].evidence,
              ElementsAre("eth0 lost its link 7 times while links were measured"));
  EXPECT_THAT(subjects(verdict, Status::fail, "network/link"), ElementsAre("n2 eth0"));
  EXPECT_THAT(subjects(verdict, Status::pass, "network/link"), SizeIs(3));
}

TEST(NetworkCounters, SayOnceOfALinkThatWasLostOnce) {
  const auto verdict = counted({{"carrier_changes", 2}}).judged();
  ASSERT_THAT(suspects_of(verdict), ElementsAre("node n2 both - -"));
  EXPECT_THAT(verdict.suspects[0].evidence,
              ElementsAre("eth0 lost its link once while links were measured"));
}

TEST(NetworkCounters, OfSeveralRecordsAreAddedUp) {
  auto network = counted({{"carrier_changes", 13}});
  auto& records = network.run().records;
  const std::vector<Record> later{records.end() - 4, records.end()};
  records.insert(records.end(), later.begin(), later.end());
  const auto verdict = network.judged();
  ASSERT_THAT(suspects_of(verdict), ElementsAre("node n2 both - -"));
  EXPECT_THAT(verdict.suspects[0].evidence,
              ElementsAre("eth0 lost its link 14 times while links were measured"));
  EXPECT_THAT(subjects(verdict, Status::pass, "network/link"), SizeIs(3));
}

TEST(NetworkCounters, SayWhoseCarrierWasLost) {
  EXPECT_EQ(lost_carrier(counted({}).run()), "");
  EXPECT_THAT(lost_carrier(counted({{"carrier_changes", 13}}).run()),
              HasSubstr("n2: eth0 lost its link 7 times"));
}

TEST(NetworkCounters, OfALostCarrierSettleWhatStalls) {
  const auto stalls = [](int from, int to, int) { return from == 2 || to == 2 ? 0.2 : 1.0; };
  EXPECT_THAT(open_links(counted({}, stalls).run(), {}), testing::Not(IsEmpty()));
  EXPECT_THAT(open_links(counted({{"carrier_changes", 5}}, stalls).run(), {}), IsEmpty());
}

TEST(NetworkCounters, OfARailsLostCarrierSettleThatRail) {
  Network network{4, 2, [](int from, int to, int) { return from == 2 || to == 2 ? 0.2 : 1.0; }};
  Record record;
  record.benchmark = "network_counters";
  record.host = "n2";
  record.device = "eth1";
  record.counters = {{"rx_packets", 10'000'000}, {"carrier_changes", 4}};
  network.run().records.push_back(record);
  const auto table = link_table(network.run(), LinkView::apart);
  ASSERT_TRUE(table);
  const auto parts = parts_cut_off(network.run(), *table);
  ASSERT_THAT(parts, SizeIs(1));
  EXPECT_EQ(parts[0].part, LinkPart::nic);
  EXPECT_EQ(parts[0].rail, 1);
  EXPECT_EQ(parts[0].subject, 2);
}

TEST(NetworkCounters, NameADeviceWithBrokenFrames) {
  EXPECT_THAT(suspects_of(counted({{"rx_errors", 500}}).judged()), ElementsAre("node n2 both - -"));
  EXPECT_THAT(counted({{"rx_errors", 9}}).judged().suspects, IsEmpty());
}

TEST(NetworkCounters, OfADeviceThatCarriedNothingDoNotCount) {
  const auto verdict = counted({{"rx_packets", 3}, {"carrier_changes", 2}}).judged();
  EXPECT_THAT(verdict.suspects, IsEmpty());
}

}  // namespace
}  // namespace assay::results
