#include "topology/parts/this_host.hpp"

#include <gmock/gmock.h>

#include <cstdlib>
#include <fstream>

namespace assay::topology {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

/// A /sys of a machine that never was: a GPU on 8 of 16 lanes behind a port, and a card with a port
/// of InfiniBand.
class ThisHost : public testing::Test {
 protected:
  void SetUp() override {
    std::string name = (fs::temp_directory_path() / "assay-test-XXXXXX").string();
    ASSERT_NE(mkdtemp(name.data()), nullptr);
    root_ = name;
    const fs::path port = root_ / "sys/devices/pci0000:00/0000:00:01.0";
    device(port, "0x060400", "16.0 GT/s PCIe", 8, "16.0 GT/s PCIe", 16);
    device(port / "0000:01:00.0", "0x030200", "16.0 GT/s PCIe", 8, "32.0 GT/s PCIe", 16);
    const fs::path card = root_ / "sys/devices/pci0000:00/0000:02:00.0";
    device(card, "0x020700", "16.0 GT/s PCIe", 16, "16.0 GT/s PCIe", 16);
    put(root_ / "sys/class/infiniband/mlx5_0/ports/1/rate", "200 Gb/sec (4X HDR)");
    put(root_ / "sys/class/infiniband/mlx5_0/ports/1/state", "4: ACTIVE");
    put(root_ / "sys/class/infiniband/mlx5_0/ports/1/phys_state", "5: LinkUp");
    fs::create_directory_symlink(card, root_ / "sys/class/infiniband/mlx5_0/device");
  }
  void TearDown() override { fs::remove_all(root_); }

  static void put(const fs::path& file, const std::string& text) {
    fs::create_directories(file.parent_path());
    std::ofstream{file} << text << '\n';
  }
  void device(const fs::path& folder, const std::string& pci_class, const std::string& speed,
              int width, const std::string& most_speed, int most_width) const {
    put(folder / "class", pci_class);
    put(folder / "current_link_speed", speed);
    put(folder / "current_link_width", std::to_string(width));
    put(folder / "max_link_speed", most_speed);
    put(folder / "max_link_width", std::to_string(most_width));
    fs::create_directories(root_ / "sys/bus/pci/devices");
    fs::create_directory_symlink(folder, root_ / "sys/bus/pci/devices" / folder.filename());
  }

  fs::path root_;
};

TEST_F(ThisHost, PointsOutALinkThatIsNarrowerThanBothEndsAllow) {
  const Parts parts = discover_parts("n0", root_);
  ASSERT_EQ(parts.parts.size(), 5U);
  EXPECT_EQ(parts.parts[2].kind, "gpu");
  EXPECT_EQ(parts.parts[2].parent, 1);
  EXPECT_EQ(parts.uplink_of(1), nullptr);  // the port tells of the link below it
  const PartLink* gpu = parts.uplink_of(2);
  ASSERT_NE(gpu, nullptr);
  EXPECT_TRUE(gpu->is_degraded());
  EXPECT_NEAR(*gpu->bytes_per_s, 15.754e9, 1e6);
  EXPECT_NEAR(*gpu->both_ends_allow, 31.508e9, 1e6);  // the port cannot do more
  EXPECT_THAT(parts_text(parts), HasSubstr("degraded: gpu 0000:01:00.0 runs at 16 GT/s x8, both "
                                           "ends can do 16 GT/s x16 = 15.8 GB/s, 50 %"));
}

TEST_F(ThisHost, HasPortsOfInfiniBandWithTheirStateOnTheirCard) {
  const Parts parts = discover_parts("n0", root_);
  const Part& port = parts.parts[4];
  EXPECT_EQ(port.name, "mlx5_0:1");
  EXPECT_EQ(port.detail, "4: ACTIVE, 5: LinkUp");
  EXPECT_EQ(port.parent, 3);
  EXPECT_EQ(parts.uplink_of(4)->bytes_per_s, 25e9);
}

TEST_F(ThisHost, HasEthernetPortsOfCardsWithoutRdma) {
  const fs::path card = root_ / "sys/devices/pci0000:00/0000:03:00.0";
  device(card, "0x020000", "16.0 GT/s PCIe", 16, "16.0 GT/s PCIe", 16);
  const auto interface = [&](const std::string& name, const fs::path& of, const char* type,
                             const char* state, const char* speed) {
    const fs::path folder = root_ / "sys/class/net" / name;
    put(folder / "type", type);
    put(folder / "operstate", state);
    put(folder / "speed", speed);
    fs::create_directories(of);
    fs::create_directory_symlink(of, folder / "device");
  };
  interface("eth0", card, "1", "up", "25000");
  interface("eth1", card / "virtio2", "1", "down", "-1");  // in a device of the card
  interface("eth2", root_ / "sys/devices/pci0000:00/0000:02:00.0", "1", "up", "200000");  // RDMA's
  interface("lo", root_ / "sys/devices/virtual", "772", "unknown", "");
  const Parts parts = discover_parts("n0", root_);
  ASSERT_EQ(parts.parts.size(), 8U);  // of the network cards' ports that of RDMA comes first
  EXPECT_EQ(parts.parts[6].name, "eth0");
  EXPECT_EQ(parts.parts[6].detail, "up");
  EXPECT_EQ(parts.parts[6].parent, 4);
  EXPECT_EQ(parts.uplink_of(6)->kind, "ethernet");
  EXPECT_EQ(parts.uplink_of(6)->bytes_per_s, 3.125e9);
  EXPECT_EQ(parts.parts[7].detail, "down");
  EXPECT_FALSE(parts.uplink_of(7)->bytes_per_s);
}

TEST_F(ThisHost, CallsPortsOfRdmaOnEthernetWhatTheyAre) {
  put(root_ / "sys/class/infiniband/mlx5_0/ports/1/link_layer", "Ethernet");
  EXPECT_EQ(discover_parts("n0", root_).uplink_of(4)->kind, "ethernet");
}

native::Topology synthetic(const char* description) {
  hwloc_topology_t raw = nullptr;
  native::check_hwloc(hwloc_topology_init(&raw));
  native::Topology topology{raw};
  native::check_hwloc(hwloc_topology_set_synthetic(raw, description));
  native::check_hwloc(hwloc_topology_load(raw));
  return topology;
}

TEST_F(ThisHost, HangsDevicesOnTheMemoryThatTheyAreNearestTo) {
  put(root_ / "sys/devices/pci0000:00/0000:00:01.0/numa_node", "1");
  put(root_ / "sys/devices/pci0000:00/0000:02:00.0/numa_node", "-1");
  const auto processors =
      synthetic("package:2 [numa(memory=68719476736)] l3:2(size=33554432) core:4 pu:2");
  const Parts parts = discover_parts("n0", root_, processors.get());
  ASSERT_EQ(parts.parts.size(), 9U);
  EXPECT_EQ(parts.parts[1].detail, "8 cores, 16 processors, 2 x 32 MiB cache of level 3");
  EXPECT_EQ(parts.parts[4].detail, "64 GiB");
  EXPECT_EQ(parts.parts[4].parent, 2);
  EXPECT_EQ(parts.parts[5].parent, 4) << "the port is on memory 1";
  EXPECT_EQ(parts.parts[6].kind, "gpu");
  EXPECT_EQ(parts.parts[6].parent, 5);
  EXPECT_EQ(parts.parts[7].parent, 0) << "the other card is near to none";
}

TEST_F(ThisHost, HangsMemoryOfSeveralPackagesOnTheHost) {
  const auto processors = synthetic("numa:1(memory=1048576) package:2 core:1 pu:1");
  const Parts parts = discover_parts("n0", root_ / "nowhere", processors.get());
  ASSERT_EQ(parts.parts.size(), 4U);
  EXPECT_EQ(parts.parts[1].detail, "1 cores, 1 processors");
  EXPECT_EQ(parts.parts[3].detail, "1 MiB");
  EXPECT_EQ(parts.parts[3].parent, 0);
}

TEST_F(ThisHost, HasNvlinksBetweenGpusAndToSwitches) {
  Parts parts = discover_parts("n0", root_);
  const auto gpu = [](const char* address, std::vector<Nvlink> links) {
    return GpuLinks{address, "H100", 90, std::move(links)};
  };
  const std::vector<GpuLinks> gpus{
      gpu("0000:01:00.0", {{0, true, 4.0, "0000:05:00.0"},
                           {1, true, 4.0, "0000:05:00.0"},
                           {2, true, 4.0, "0000:a0:00.0"},
                           {3, false, 4.0, "0000:a0:00.0"},
                           {4, false, {}, ""}}),
      gpu("0000:05:00.0", {{0, true, 4.0, "0000:01:00.0"}, {1, true, 4.0, "0000:01:00.0"}})};
  add_gpu_links(parts, gpus);
  ASSERT_EQ(parts.parts.size(), 7U);
  EXPECT_EQ(parts.parts[2].detail, "H100, 2 of 5 NVLinks down");
  EXPECT_EQ(parts.parts[5].kind, "gpu") << "not in /sys, as in some containers";
  EXPECT_EQ(parts.parts[6].kind, "nvswitch");
  std::vector<PartLink> nvlinks;
  for (const PartLink& link : parts.links)
    if (link.kind == "nvlink") nvlinks.push_back(link);
  ASSERT_EQ(nvlinks.size(), 2U) << "those between two GPUs are told once";
  EXPECT_EQ(nvlinks[0].detail, "2 links");
  EXPECT_EQ(nvlinks[0].bytes_per_s, 50e9);
  EXPECT_FALSE(nvlinks[0].is_degraded());
  EXPECT_EQ(nvlinks[1].detail, "1 of 2 links");
  EXPECT_TRUE(nvlinks[1].is_degraded());
}

TEST_F(ThisHost, WithoutSuchFilesIsOnlyItself) {
  EXPECT_EQ(discover_parts("n0", root_ / "nowhere").parts.size(), 1U);
}

TEST(PartsPicture, EscapesNames) {
  Parts parts;
  parts.add({"host", "<script>\"\x1b\xff", "", Part::top});
  parts.add({"nic", "a", "b & c", 0});
  parts.links.push_back({1, 0, "pcie", "<x8>", 1e9, 2e9});
  const std::string svg = parts_svg(parts);
  EXPECT_THAT(svg, HasSubstr("host &#60;script&#62;&#34;??"));
  EXPECT_THAT(svg, testing::Not(HasSubstr("<script>")));
  EXPECT_THAT(svg, HasSubstr("#D55E00"));
  EXPECT_THAT(parts_text(parts), HasSubstr("DEGRADED"));
}

TEST(PartsText, TurnsNoWritingAndMovesNoCursor) {
  Parts parts;
  parts.add({"host", "n0\u202E\x1b[31m\xc2\x9b", "a\u2066b\xff\n", Part::top});
  EXPECT_EQ(parts_text(parts), "host n0??[31m?  (a?b? )\n");
}

}  // namespace
}  // namespace assay::topology
