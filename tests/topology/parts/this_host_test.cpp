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

}  // namespace
}  // namespace assay::topology
