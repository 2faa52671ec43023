#include "results/judge.hpp"

#include <gmock/gmock.h>

#include "tests/results/verdict_queries.hpp"

namespace assay::results {
namespace {

using testing::IsEmpty;

TEST(Judge, PassesASoundClusterWhateverItsSize) {
  for (const int ranks : {2, 3, 4, 8, 16}) {
    SyntheticCluster cluster;
    cluster.ranks = ranks;
    const auto verdict = accepted(cluster);
    EXPECT_EQ(verdict.verdict, Status::pass) << ranks << " ranks\n" << told(verdict);
    EXPECT_THAT(verdict.suspects, IsEmpty()) << ranks;
    EXPECT_EQ(count(verdict, "pair/bandwidth", Status::pass), ranks * (ranks - 1));
    EXPECT_EQ(count(verdict, "matmul/openblas", Status::pass), ranks);
    EXPECT_EQ(count(verdict, "run/complete", Status::pass), 1);
  }
}

}  // namespace
}  // namespace assay::results
