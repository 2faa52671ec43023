#include "core/units.hpp"

#include <gtest/gtest.h>

namespace assay {
namespace {

TEST(Units, BandwidthIsBytesOverSeconds) {
  EXPECT_DOUBLE_EQ((Bytes{1000} / Seconds{0.5}).bytes_per_second, 2000.0);
  EXPECT_DOUBLE_EQ((2_GiB / 1_s).gigabytes_per_second(), 2.147483648);
}

TEST(Units, SpanFollowsFromBytesAndBandwidth) {
  EXPECT_DOUBLE_EQ((Bytes{1000} / Bandwidth{2000.0}).value, 0.5);
}

TEST(Units, LiteralsScale) {
  EXPECT_EQ(4_KiB, Bytes{4096});
  EXPECT_DOUBLE_EQ((5_ms).value, 0.005);
  EXPECT_DOUBLE_EQ((5_us).microseconds(), 5.0);
}

}  // namespace
}  // namespace assay
