#include "results/judge.hpp"

#include <gmock/gmock.h>

#include "tests/results/verdict_queries.hpp"

namespace assay::results {
namespace {

using testing::AllOf;
using testing::Contains;
using testing::Each;
using testing::Field;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;

TEST(Suspicions, AreNoneOfASoundQuietCluster) {
  SyntheticCluster cluster;
  cluster.record_noise = 0.002;
  SyntheticRun synthetic{cluster};
  synthetic.measure_everything();
  EXPECT_THAT(suspicions(synthetic.run()), IsEmpty());
  EXPECT_THAT(suspicions(results::Run{}), IsEmpty());
}

TEST(Suspicions, AreTheSlowSendersCells) {
  SyntheticCluster cluster;
  cluster.record_noise = 0.002;
  cluster.send[2] = 0.5;
  SyntheticRun synthetic{cluster};
  synthetic.measure_everything();
  const auto found = suspicions(synthetic.run());
  EXPECT_THAT(found, SizeIs(3));
  EXPECT_THAT(found, Each(AllOf(Field(&Suspicion::kind, Suspicion::Kind::pair),
                                Field(&Suspicion::rank, 2), Field(&Suspicion::to_rank, Not(-1)),
                                Field(&Suspicion::benchmark, "pair"))));
}

TEST(Suspicions, AreBoundedAndWorstFirst) {
  SyntheticCluster cluster;
  cluster.ranks = 16;
  cluster.send[2] = 0.8;
  cluster.matmul[3] = 0.5;
  SyntheticRun synthetic{cluster};
  synthetic.measure_everything();
  const auto found = suspicions(synthetic.run());
  EXPECT_LE(found.size(), 8U);
  ASSERT_FALSE(found.empty());
  EXPECT_EQ(found[0].kind, Suspicion::Kind::device);
  EXPECT_EQ(found[0].rank, 3);
  EXPECT_EQ(found[0].benchmark, "matmul");
  EXPECT_THAT(found, Contains(Field(&Suspicion::kind, Suspicion::Kind::pair)));
}

}  // namespace
}  // namespace assay::results
