#include "topology/parts/link_rate.hpp"

#include <gtest/gtest.h>

namespace assay::topology {
namespace {

TEST(LinkRate, OfPciExpressFollowsItsEncoding) {
  EXPECT_NEAR(pcie_bytes_per_s(2.5, 1), 0.25e9, 1);
  EXPECT_NEAR(pcie_bytes_per_s(5, 4), 2e9, 1);
  EXPECT_NEAR(pcie_bytes_per_s(8, 16), 15.754e9, 1e6);
  EXPECT_NEAR(pcie_bytes_per_s(16, 16), 31.508e9, 1e6);
  EXPECT_NEAR(pcie_bytes_per_s(32, 16), 63.015e9, 1e6);
  EXPECT_NEAR(pcie_bytes_per_s(64, 16), 121e9, 1e6);
}

TEST(LinkRate, ReadsTheKernelsSpeeds) {
  EXPECT_EQ(gigatransfers_in("16.0 GT/s PCIe"), 16);
  EXPECT_EQ(gigatransfers_in("2.5 GT/s"), 2.5);
  for (const char* text : {"", "Unknown", "16", "-1 GT/s", "nan GT/s", "0 GT/s"})
    EXPECT_FALSE(gigatransfers_in(text)) << text;
}

TEST(LinkRate, OfInfiniBandIsItsDataRate) {
  EXPECT_EQ(infiniband_bytes_per_s("4xHDR"), 25e9);
  EXPECT_EQ(infiniband_bytes_per_s("4X NDR"), 50e9);
  EXPECT_EQ(infiniband_bytes_per_s("1xSDR"), 0.25e9);
  for (const char* text : {"", "4", "4x", "4xABC", "xHDR", "99xHDR", "-4xHDR"})
    EXPECT_FALSE(infiniband_bytes_per_s(text)) << text;
}

TEST(LinkRate, OfAPortIsItsDataRate) {
  EXPECT_EQ(port_bytes_per_s("400 Gb/sec (4X NDR)", false), 50e9);
  EXPECT_EQ(port_bytes_per_s("40 Gb/sec (4X QDR)", false), 4e9);
  EXPECT_EQ(port_bytes_per_s("40 Gb/sec (4X QDR)", true), 5e9);
  EXPECT_EQ(port_bytes_per_s("800 Gb/sec (4X ABC)", false), 100e9);
  for (const char* text : {"", "400", "-1 Gb/sec", "0 Gb/sec (4X NDR)", "nan Gb/sec", "400 Mb/s"})
    EXPECT_FALSE(port_bytes_per_s(text, false)) << text;
  EXPECT_EQ(ethernet_bytes_per_s(25000), 3.125e9);
}

TEST(LinkRate, OfNvlinkIsOneWay) {
  EXPECT_EQ(nvlink_bytes_per_s(80, 12), 300e9);
  EXPECT_EQ(nvlink_bytes_per_s(90, 18), 450e9);
  EXPECT_EQ(nvlink_bytes_per_s(100, 18), 900e9);
  EXPECT_FALSE(nvlink_bytes_per_s(37, 2));
}

}  // namespace
}  // namespace assay::topology
