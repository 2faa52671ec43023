#include "topology/host.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace assay::topology {
namespace {

TEST(Host, OfThisMachineHasNameCoresAndMemory) {
  const Host host = discover_host();
  EXPECT_FALSE(host.name.empty());
  EXPECT_FALSE(host.boot_id.empty());
  EXPECT_FALSE(host.processor.empty());
  EXPECT_GE(host.cores, 1);
  EXPECT_FALSE(host.usable_processors.empty());
  EXPECT_GT(host.memory, Bytes{});
}

TEST(Host, AvailableMemoryIsPartOfAllMemory) {
  EXPECT_GT(available_memory(), Bytes{});
  EXPECT_LE(available_memory(), discover_host().memory);
}

TEST(Host, JsonNamesTheProcessor) {
  Host host;
  host.processor = "a \"quoted\" model";
  EXPECT_THAT(to_json(host), testing::HasSubstr(R"("processor":"a \"quoted\" model")"));
}

}  // namespace
}  // namespace assay::topology
