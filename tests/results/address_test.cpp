#include "results/address.hpp"

#include <gtest/gtest.h>

namespace assay::results {
namespace {

TEST(LeadingAddress, IsFound) {
  for (const std::string address :
       {"10.0.0.1", "255.255.255.255", "fd00::2", "::1", "fe80::a00:27ff:fe4e:66a1",
        "2001:db8:0:0:0:0:0:1", "::ffff:192.0.2.1", "08:00:27:4e:66:A1"}) {
    EXPECT_EQ(leading_address(address).length, address.size()) << address;
    for (const std::string after : {" ", "]:80", ".", ", ", "/24", "%eth0"}) {
      EXPECT_EQ(leading_address(address + after).length, address.size()) << address << after;
    }
  }
}

TEST(LeadingAddress, EndsBeforeAPort) { EXPECT_EQ(leading_address("10.0.0.1:4000").length, 8U); }

TEST(LeadingAddress, IsNotSeenInOtherThings) {
  for (const char* text :
       {"", "::", "10.0.0", "10.0.0.256", "10.0.0.1a", "16:29:00", "2026-11-23T16:29:00Z", "1.5",
        "4.1.4", "abc", "dead:beef", "08:00:27:4e:66", "08:00:27:4e:66:g1", "12345678.1.1.1"}) {
    EXPECT_EQ(leading_address(text).length, 0U) << text;
  }
}

TEST(LeadingAddress, OfTwoSpellingsIsEqual) {
  EXPECT_EQ(leading_address("fd00::2").binary, leading_address("FD00:0:0:0:0:0:0:2").binary);
  EXPECT_EQ(leading_address("08:00:27:4E:66:A1").binary,
            leading_address("08:00:27:4e:66:a1").binary);
  EXPECT_NE(leading_address("10.0.0.1").binary, leading_address("10.0.0.2").binary);
}

}  // namespace
}  // namespace assay::results
