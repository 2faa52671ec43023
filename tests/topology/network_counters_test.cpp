#include "topology/network_counters.hpp"

#include <gmock/gmock.h>

#include "tests/results/temporary_folder.hpp"

namespace assay::topology {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::IsSupersetOf;
using testing::Key;
using testing::Pair;

class NetworkCounters : public results::TemporaryFolder {
 protected:
  void has(const std::string& file, const std::string& text) const {
    const auto path = folder() / file;
    std::filesystem::create_directories(path.parent_path());
    put(path, text);
  }
};

TEST_F(NetworkCounters, OfEthernetAndInfiniBandGoByDevice) {
  has("sys/class/net/eth0/type", "1\n");
  has("sys/class/net/eth0/carrier_changes", "7\n");
  has("sys/class/net/eth0/statistics/rx_errors", "3\n");
  has("sys/class/infiniband/mlx5_0/ports/1/counters/link_downed", "2\n");
  has("sys/class/infiniband/mlx5_0/ports/1/hw_counters/out_of_sequence", "9\n");
  const auto devices = read_device_counters(folder());
  ASSERT_THAT(devices, ElementsAre(Key("eth0"), Key("mlx5_0:1")));
  EXPECT_THAT(devices.at("eth0"), ElementsAre(Pair("carrier_changes", 7), Pair("rx_errors", 3)));
  EXPECT_THAT(devices.at("mlx5_0:1"),
              ElementsAre(Pair("link_downed", 2), Pair("out_of_sequence", 9)));
}

TEST_F(NetworkCounters, OfLinksAreWhatGrowsWhenOneIsLost) {
  has("sys/class/net/eth0/type", "1\n");
  has("sys/class/net/eth0/carrier_changes", "7\n");
  has("sys/class/net/eth0/statistics/rx_errors", "3\n");
  has("sys/class/infiniband/mlx5_0/ports/1/counters/link_downed", "2\n");
  has("sys/class/infiniband/mlx5_0/ports/1/hw_counters/out_of_sequence", "9\n");
  EXPECT_THAT(read_link_changes(folder()),
              ElementsAre(Pair("eth0", ElementsAre(Pair("carrier_changes", 7))),
                          Pair("mlx5_0:1", ElementsAre(Pair("link_downed", 2)))));
}

TEST_F(NetworkCounters, LeaveOutLoopbackAndBridges) {
  has("sys/class/net/lo/type", "772\n");
  has("sys/class/net/lo/carrier_changes", "0\n");
  has("sys/class/net/docker0/type", "1\n");
  has("sys/class/net/docker0/bridge/bridge_id", "8000\n");
  has("sys/class/net/docker0/carrier_changes", "12\n");
  EXPECT_THAT(read_device_counters(folder()), IsEmpty());
}

TEST_F(NetworkCounters, OfTcpAreFoundByTheirNames) {
  has("proc/self/net/snmp",
      "Ip: Forwarding DefaultTTL\nIp: 1 64\n"
      "Tcp: RtoAlgorithm InSegs OutSegs RetransSegs InErrs\n"
      "Tcp: 1 100 2000 30 4\n");
  EXPECT_THAT(read_tcp_counters(folder()),
              ElementsAre(Pair("segments_repeated", 30), Pair("segments_sent", 2000)));
}

TEST_F(NetworkCounters, OfTcpTellWhatWasRepeatedInVain) {
  has("proc/self/net/snmp", "Tcp: OutSegs RetransSegs\nTcp: 2000 30\n");
  has("proc/self/net/netstat",
      "TcpExt: TCPTimeouts TCPDSACKRecv TCPDSACKRecvSegs\nTcpExt: 1 24 26\n"
      "IpExt: InNoRoutes\nIpExt: 0\n");
  EXPECT_THAT(read_tcp_counters(folder()),
              ElementsAre(Pair("segments_doubled", 26), Pair("segments_repeated", 30),
                          Pair("segments_sent", 2000)));
}

TEST_F(NetworkCounters, AreEmptyWhereTheKernelSaysNothing) {
  EXPECT_THAT(read_device_counters(folder()), IsEmpty());
  EXPECT_THAT(read_tcp_counters(folder()), IsEmpty());
  has("proc/self/net/snmp", "Tcp: OutSegs RetransSegs\n");
  EXPECT_THAT(read_tcp_counters(folder()), IsEmpty());
}

TEST_F(NetworkCounters, OfThisMachineAreThere) {
  EXPECT_THAT(read_tcp_counters(), IsSupersetOf({Key("segments_repeated"), Key("segments_sent")}));
}

TEST_F(NetworkCounters, GrowWithoutWhatWasResetOrIsNew) {
  EXPECT_THAT(growth({{"a", 3}, {"b", 9}, {"gone", 1}}, {{"a", 5}, {"b", 2}, {"new", 4}}),
              ElementsAre(Pair("a", 2)));
}

}  // namespace
}  // namespace assay::topology
