#include "topology/network_ports.hpp"

#include <gmock/gmock.h>

#include "tests/results/temporary_folder.hpp"

namespace assay::topology {
namespace {

namespace fs = std::filesystem;
using testing::IsEmpty;

/// A /sys of a machine that never was.
class NetworkPorts : public results::TemporaryFolder {
 protected:
  void has(const std::string& file, const std::string& text) const {
    const fs::path path = folder() / file;
    fs::create_directories(path.parent_path());
    put(path, text + "\n");
  }
  void leads(const std::string& link, const std::string& to) const {
    fs::create_directories(folder() / to);
    fs::create_directories((folder() / link).parent_path());
    fs::create_directory_symlink(folder() / to, folder() / link);
  }
  /// Without a driver it has no card.
  void ethernet(const std::string& name, const std::string& speed,
                const std::string& driver) const {
    const std::string device = "sys/class/net/" + name;
    has(device + "/type", "1");
    has(device + "/carrier_changes", "2");
    has(device + "/speed", speed);
    if (driver.empty()) return;
    const std::string card = "sys/devices/pci0000:00/0000:03:00.0";
    leads(device + "/device", card);
    leads(card + "/driver", "sys/bus/pci/drivers/" + driver);
  }
  void infiniband(const std::string& rate, const std::string& layer) const {
    const std::string port = "sys/class/infiniband/mlx5_0/ports/1";
    has(port + "/counters/port_xmit_data", "7");
    has(port + "/rate", rate);
    has(port + "/link_layer", layer);
    leads("sys/class/infiniband/mlx5_0/device", "sys/devices/pci0000:00/0000:04:00.0");
  }
  [[nodiscard]] NetworkPort only() const {
    const auto ports = read_network_ports(folder());
    EXPECT_EQ(ports.size(), 1U);
    return ports.empty() ? NetworkPort{} : ports[0];
  }
};

TEST_F(NetworkPorts, OfEthernetCarryTheirSpeed) {
  ethernet("eth0", "25000", "ice");
  const NetworkPort port = only();
  EXPECT_EQ(port.device, "eth0");
  EXPECT_EQ(port.card, "0000:03:00.0");
  EXPECT_EQ(port.rate, "25000 Mb/s");
  EXPECT_EQ(port.bytes_per_s, 3.125e9);
  EXPECT_EQ(port.without_rate, "");
}

TEST_F(NetworkPorts, OfInfiniBandCarryTheirDataRate) {
  infiniband("40 Gb/sec (4X QDR)", "InfiniBand");
  const NetworkPort port = only();
  EXPECT_EQ(port.device, "mlx5_0:1");
  EXPECT_EQ(port.card, "0000:04:00.0");
  EXPECT_EQ(port.rate, "40 Gb/sec (4X QDR)");
  EXPECT_EQ(port.bytes_per_s, 4e9);
}

TEST_F(NetworkPorts, OfRdmaOverEthernetCarryWhatTheirRateSays) {
  infiniband("40 Gb/sec (4X QDR)", "Ethernet");
  EXPECT_EQ(only().bytes_per_s, 5e9);
}

TEST_F(NetworkPorts, OfInfiniBandWithoutARateHaveNone) {
  infiniband("", "InfiniBand");
  EXPECT_FALSE(only().bytes_per_s);
  EXPECT_EQ(only().without_rate, "tells no rate");
}

struct Without {
  const char* speed;
  const char* driver;
  const char* why;
};
class NetworkPortsWithout : public NetworkPorts, public testing::WithParamInterface<Without> {};

TEST_P(NetworkPortsWithout, ARateHaveAReason) {
  ethernet("eth0", GetParam().speed, GetParam().driver);
  const NetworkPort port = only();
  EXPECT_FALSE(port.bytes_per_s);
  EXPECT_EQ(port.rate, "");
  EXPECT_EQ(port.without_rate, GetParam().why);
}

INSTANTIATE_TEST_SUITE_P(
    Kinds, NetworkPortsWithout,
    testing::Values(Without{"10000", "", "is virtual: the speed that it states limits nothing"},
                    Without{"10000", "vmxnet3",
                            "is a virtual card (vmxnet3): the speed that it states limits nothing"},
                    Without{
                        "-1", "virtio_net",
                        "is a virtual card (virtio_net): the speed that it states limits nothing"},
                    Without{"-1", "ice", "tells no speed"}, Without{"", "ice", "tells no speed"}));

TEST_F(NetworkPorts, WithoutSuchFilesAreNone) {
  EXPECT_THAT(read_network_ports(folder()), IsEmpty());
}

}  // namespace
}  // namespace assay::topology
