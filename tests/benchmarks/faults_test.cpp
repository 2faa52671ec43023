#include "benchmarks/faults.hpp"

#include <gtest/gtest.h>

#include "core/error.hpp"

namespace assay::benchmarks {
namespace {

using collectives::TransportFault;

TEST(ParseFault, ReadsEveryKind) {
  const Fault slow = parse_fault("slow-send:rank=2,by=50%");
  EXPECT_EQ(slow.rank, 2);
  EXPECT_EQ(slow.transport.kind, TransportFault::Kind::slow);
  EXPECT_DOUBLE_EQ(slow.transport.share, 0.5);
  EXPECT_EQ(parse_fault("delay-send:rank=0,by=100us").transport.delay, 100_us);
  EXPECT_EQ(parse_fault("drop:rank=1").transport.every, 1);
  EXPECT_EQ(parse_fault("corrupt:rank=1,every=10").transport.every, 10);
  EXPECT_DOUBLE_EQ(parse_fault("slow-matmul:rank=3,by=30%").matmul_share, 0.3);
  EXPECT_TRUE(parse_fault("corrupt-matmul:rank=3").in_matmul_data);
  EXPECT_EQ(parse_fault("flip-matmul:rank=3,every=7").flip_every, 7);
  EXPECT_EQ(parse_fault("flip-matmul:rank=3").flip_every, 1);
}

TEST(ParseFault, RefusesWhatItDoesNotKnow) {
  for (const char* text :
       {"", "slow-send", "slow-send:", "slow-send:rank=1", "slow-send:by=50%", "sloow:rank=1",
        "slow-send:rank=-1,by=50%", "slow-send:rank=1,by=150%", "drop:rank=1,every=0",
        "flip-matmul:rank=1,every=0", "drop:rank=1,by=50%", "corrupt:rank"})
    EXPECT_THROW(static_cast<void>(parse_fault(text)), UsageError) << text;
}

TEST(Faults, AreOfTheirRankOnly) {
  const std::vector<Fault> faults{
      parse_fault("slow-send:rank=2,by=50%"), parse_fault("slow-matmul:rank=1,by=30%"),
      parse_fault("corrupt:rank=2"), parse_fault("flip-matmul:rank=0,every=3")};
  EXPECT_EQ(transport_faults(faults, 2).size(), 2u);
  EXPECT_TRUE(transport_faults(faults, 1).empty());
  EXPECT_DOUBLE_EQ(matmul_slowdown(faults, 1), 0.3);
  EXPECT_DOUBLE_EQ(matmul_slowdown(faults, 2), 0.0);
  EXPECT_FALSE(corrupts_matmul(faults, 1));
  EXPECT_EQ(matmul_flip_every(faults, 0), 3);
  EXPECT_EQ(matmul_flip_every(faults, 1), 0);
  EXPECT_TRUE(transport_faults(faults, 0).empty());
}

}  // namespace
}  // namespace assay::benchmarks
