#include "results/judge/network_ports.hpp"

#include <gmock/gmock.h>

#include "tests/results/judge/link_network.hpp"
#include "tests/results/verdict_queries.hpp"

namespace assay::results {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

/// What a sound link of Network does.
constexpr double rate = (1 << 20) / 0.04;
/// What the links of a node with three partners carry, in and out: 48 samples of 1 MiB each.
constexpr std::uint64_t carried = 6ULL * 48 << 20;

/// Devices of hosts, beside a network of four nodes on which n2 sends at a share of the others'.
class Ports {
 public:
  explicit Ports(double n2_sends = 1, int rails = 1)
      : network_{4, rails, [=](int from, int, int) { return from == 2 ? n2_sends : 1.0; }} {}

  Ports& everywhere(const std::string& device, const std::string& card, double bytes_per_s,
                    std::uint64_t counted = carried) {
    for (const char* host : {"n0", "n1", "n2", "n3"}) add(host, device, card, bytes_per_s, counted);
    return *this;
  }
  /// 0 bytes per second: it has no rate. A colon in its name: it is one for RDMA.
  void add(const std::string& host, const std::string& device, const std::string& card,
           double bytes_per_s, std::uint64_t counted) {
    Record port = of(host, device, "network_port");
    if (!card.empty()) port.report.facts["card"] = card;
    if (bytes_per_s > 0) {
      port.report.facts["rate"] = "a rate";
      port.report.readings["bytes_per_s"] = bytes_per_s;
    } else {
      port.report.facts["without_rate"] = "is virtual";
    }
    network_.run().records.push_back(port);
    Record counts = of(host, device, "network_counters");
    if (device.find(':') == std::string::npos)
      counts.counters = {{"rx_bytes", counted / 2}, {"tx_bytes", counted / 2}};
    else
      counts.counters = {{"port_rcv_data", counted / 8}, {"port_xmit_data", counted / 8}};
    network_.run().records.push_back(counts);
  }
  [[nodiscard]] Verdict judged(Verdict verdict = {}, const Profile* profile = nullptr) {
    judge_network_ports(network_.run(), profile, {}, verdict);
    return verdict;
  }
  [[nodiscard]] Run& run() { return network_.run(); }

 private:
  static Record of(const std::string& host, const std::string& device, const char* benchmark) {
    Record record;
    record.benchmark = benchmark;
    record.implementation = "kernel";
    record.host = host;
    record.device = device;
    return record;
  }

  Network network_;
};

struct Case {
  const char* name;
  double ceiling;  ///< of the ports, in rates of a sound link
  double n2_sends;
  Status status;  ///< of n2
  const char* reason;
};
class JudgeNetworkPort : public testing::TestWithParam<Case> {};

TEST_P(JudgeNetworkPort, IsHeldAgainstItsRate) {
  const Case& one = GetParam();
  Ports ports{one.n2_sends};
  const Verdict verdict = ports.everywhere("eth0", "card", one.ceiling * rate).judged();
  const Check* check = find(verdict, "network/port", "n2 eth0");
  ASSERT_NE(check, nullptr);
  EXPECT_EQ(check->status, one.status) << check->reason;
  EXPECT_THAT(check->reason, HasSubstr(one.reason));
  EXPECT_EQ(check->reason.empty(), *one.reason == '\0');
  ASSERT_TRUE(check->expected);
  EXPECT_DOUBLE_EQ(check->expected->value, one.ceiling * rate);
  EXPECT_EQ(check->expected->source, "arithmetic: a rate");
  EXPECT_THAT(verdict.suspects, IsEmpty());
  EXPECT_THAT(verdict.checks, SizeIs(4));
}

INSTANTIATE_TEST_SUITE_P(
    Shares, JudgeNetworkPort,
    testing::Values(Case{"nearly_full", 1.05, 1, Status::pass, ""},
                    Case{"half_used", 2, 1, Status::pass,
                         "at best 50 % of what eth0 carries by arithmetic; below 90 % is noted"},
                    Case{"slow_to_send", 1.05, 0.5, Status::pass, "sends at best 4"},
                    Case{"a_little_above", 0.97, 1, Status::pass, ""},
                    Case{"far_above", 0.8, 1, Status::inconclusive,
                         "more than eth0 carries by arithmetic"}),
    [](const auto& one) { return std::string{one.param.name}; });

struct Used {
  const char* name;
  struct Device {
    const char* name;
    const char* card;
    double ceiling;  ///< in rates of a sound link; 0: none
    double counted;  ///< in what the links carried
  };
  std::vector<Device> devices;
  const char* subject;
  double expected;     ///< in rates of a sound link; 0: skipped
  const char* reason;  ///< of skipping
};
class JudgePortUsed : public testing::TestWithParam<Used> {};

TEST_P(JudgePortUsed, IsFoundByWhatItCounted) {
  const Used& one = GetParam();
  Ports ports;
  for (const auto& device : one.devices)
    ports.everywhere(device.name, device.card, device.ceiling * rate,
                     static_cast<std::uint64_t>(device.counted * carried));
  const Verdict verdict = ports.judged();
  const Check* check = find(verdict, "network/port", one.subject);
  ASSERT_NE(check, nullptr) << verdict.checks[0].subject;
  EXPECT_EQ(check->status, one.expected > 0 ? Status::pass : Status::skipped);
  EXPECT_EQ(check->expected.has_value(), one.expected > 0);
  if (check->expected) {
    EXPECT_DOUBLE_EQ(check->expected->value, one.expected * rate);
  }
  EXPECT_THAT(check->reason, HasSubstr(one.reason));
  EXPECT_THAT(verdict.suspects, IsEmpty());
}

INSTANTIATE_TEST_SUITE_P(
    Kinds, JudgePortUsed,
    testing::Values(
        Used{"one_of_two", {{"eth0", "a", 1, 0.01}, {"eth1", "b", 1.1, 1}}, "n2 eth1", 1.1, ""},
        Used{
            "infiniband", {{"eth0", "a", 1, 0}, {"mlx5_0:1", "b", 1.1, 1}}, "n2 mlx5_0:1", 1.1, ""},
        Used{"two_together",
             {{"eth0", "a", 0.5, 0.5}, {"eth1", "b", 0.55, 0.5}},
             "n2 eth0+eth1",
             1.05,
             ""},
        Used{"under_a_bond",
             {{"bond0", "", 0, 1}, {"eth0", "a", 0.5, 0.5}, {"eth1", "b", 0.55, 0.5}},
             "n2 eth0+eth1",
             1.05,
             ""},
        Used{"ip_over_infiniband",
             {{"ib0", "a", 1.1, 1}, {"mlx5_0:1", "a", 1.1, 1}},
             "n2 mlx5_0:1",
             1.1,
             ""},
        Used{"virtual", {{"eth0", "", 0, 1}}, "n2 eth0", 0, "not checked: eth0 is virtual"},
        Used{"virtual_beside_an_idle_card",
             {{"eth0", "", 0, 1}, {"eth1", "a", 1, 0}},
             "n2 eth0",
             0,
             "not checked: eth0 is virtual"},
        Used{"counts_too_little",
             {{"eth0", "a", 1, 0.4}},
             "n2",
             0,
             "not checked: no port counted what the links carried"}),
    [](const auto& one) { return std::string{one.param.name}; });

TEST(JudgeNetworkPorts, ThatARunDoesNotTellOfAreNotChecked) {
  const Verdict verdict = Ports{}.judged();
  EXPECT_EQ(count(verdict, "network/port", Status::skipped), 4);
  EXPECT_THAT(verdict.checks[0].reason, HasSubstr("does not tell what ports there are"));
}

TEST(JudgeNetworkPorts, OfNamedRailsAreTheDevicesOfTheseNames) {
  Ports ports{1, 2};
  ports.everywhere("eth0", "a", 1.05 * rate, 0).everywhere("eth1", "b", 2 * rate, 0);
  const Verdict verdict = ports.judged();
  EXPECT_EQ(find(verdict, "network/port", "n1 eth0")->reason, "");
  EXPECT_THAT(find(verdict, "network/port", "n1 eth1")->reason, HasSubstr("50 %"));
  EXPECT_THAT(verdict.checks, SizeIs(8));
}

TEST(JudgeNetworkPorts, OfARailThatIsAnAdapterAreItsOnlyOne) {
  Ports ports{1, 2};
  ports.run().info.network->rails = {"mlx5_0", "mlx5_1"};
  for (Record& record : ports.run().records)
    if (record.rail) record.rail = record.rail == "eth0" ? "mlx5_0" : "mlx5_1";
  ports.everywhere("mlx5_0:1", "a", 1.05 * rate, 0).everywhere("mlx5_1:1", "b", 1.05 * rate, 0);
  EXPECT_EQ(status_of(ports.judged(), "network/port", "n0 mlx5_0:1 rail mlx5_0"), Status::pass);
  ports.everywhere("mlx5_0:2", "c", 1.05 * rate, 0);
  EXPECT_EQ(status_of(ports.judged(), "network/port", "n0 rail mlx5_0"), Status::skipped);
}

TEST(JudgeNetworkPorts, OfNumberedRailsAreKnownWhereThereIsOne) {
  Ports ports{1, 2};
  ports.run().info.network->rails = {"0", "1"};
  for (Record& record : ports.run().records)
    if (record.rail) record.rail = record.rail == "eth0" ? "0" : "1";
  ports.everywhere("ib0", "a", 1.05 * rate, 2 * carried);
  EXPECT_EQ(status_of(ports.judged(), "network/port", "n0 ib0 rail 1"), Status::pass);
  ports.everywhere("ib1", "b", 1.05 * rate, 2 * carried);
  const Verdict verdict = ports.judged();
  EXPECT_EQ(status_of(verdict, "network/port", "n0 rail 1"), Status::skipped);
  EXPECT_THAT(verdict.checks[0].reason, HasSubstr("ib0+ib1, and which rail by which"));
}

Profile asking(double reference, double floor, const std::string& key = "network/port") {
  Profile profile;
  profile.name = "west";
  profile.figures[key] = {"share", reference, floor, std::nullopt, "made up"};
  return profile;
}

TEST(JudgeNetworkPorts, BelowAProfilesFloorFail) {
  const Profile profile = asking(0.95, 0.85);
  Ports ports{0.5};
  const Verdict verdict = ports.everywhere("eth0", "a", 1.05 * rate).judged({}, &profile);
  EXPECT_EQ(status_of(verdict, "network/port", "n1 eth0"), Status::pass);
  const Check* check = find(verdict, "network/port", "n2 eth0");
  EXPECT_EQ(check->status, Status::fail);
  EXPECT_EQ(check->measured->unit, "bytes_per_s");
  EXPECT_DOUBLE_EQ(check->expected->value, 0.95 * 1.05 * rate);
  EXPECT_THAT(check->reason, HasSubstr("under the floor of 85"));
  ASSERT_THAT(suspects_of(verdict), ElementsAre("node n2 send - -"));
  EXPECT_NEAR(verdict.suspects[0].deficit, 0.5, 0.02);
  EXPECT_THAT(verdict.suspects[0].evidence, ElementsAre(HasSubstr("profile west: made up")));
}

TEST(JudgeNetworkPorts, AboveAProfilesFloorPassWithoutAWord) {
  const Profile profile = asking(0.5, 0.45, "network/port/mpi");
  const Verdict verdict = Ports{}.everywhere("eth0", "a", 2 * rate).judged({}, &profile);
  const Check* check = find(verdict, "network/port", "n2 eth0");
  EXPECT_EQ(check->status, Status::pass);
  EXPECT_EQ(check->reason, "");
  EXPECT_EQ(check->expected->source, "profile west: made up");
}

TEST(JudgeNetworkPorts, OfANodeThatIsSuspectedAreEvidence) {
  const Profile profile = asking(0.95, 0.85);
  Verdict slow;
  slow.suspects.push_back({});
  slow.suspects[0].kind = "node";
  slow.suspects[0].name = "n2";
  Ports ports{0.5};
  const Verdict verdict = ports.everywhere("eth0", "a", 1.05 * rate).judged(slow, &profile);
  ASSERT_THAT(verdict.suspects, SizeIs(1));
  EXPECT_THAT(verdict.suspects[0].evidence, ElementsAre(HasSubstr("network/port: sends")));
}

}  // namespace
}  // namespace assay::results
