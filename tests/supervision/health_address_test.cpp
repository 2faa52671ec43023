#include "supervision/health_address.hpp"

#include <gtest/gtest.h>

#include "core/heartbeat.hpp"

namespace assay::supervision {
namespace {

TEST(HealthAddress, SurvivesBeingHandedOut) {
  const HealthAddress address{{"10.0.0.5", "127.0.0.1"}, 40123, "00ff"};
  EXPECT_EQ(to_text(address), "10.0.0.5,127.0.0.1:40123 00ff");
  EXPECT_EQ(parse_health_address(to_text(address)), address);
}

TEST(HealthAddress, IsNotReadFromAnythingElse) {
  for (const char* text : {"", "10.0.0.5", "10.0.0.5:1", "10.0.0.5:1 ", ":1 00", "a:65536 00",
                           "a:-1 00", "a:1x 00", "a b:1"})
    EXPECT_FALSE(parse_health_address(text)) << text;
}

TEST(HealthAddress, OfThisMachineHasLoopbackLast) {
  EXPECT_EQ(own_addresses().back(), "127.0.0.1");
}

TEST(HealthAddress, FitsIntoTheHeartbeatWithAsManyHostsAsThereCanBe) {
  const std::vector<std::string> hosts(12, "100.100.100.100");
  const std::string text = to_text({hosts, 65535, random_token()});
  Heartbeat heartbeat;
  heartbeat.health_address.write(text);
  EXPECT_EQ(heartbeat.health_address.read(), text);
}

TEST(RandomToken, Has128BitsAndIsNeverTheSame) {
  EXPECT_EQ(random_token().size(), 32u);
  EXPECT_NE(random_token(), random_token());
}

}  // namespace
}  // namespace assay::supervision
