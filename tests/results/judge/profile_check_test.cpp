#include "results/judge.hpp"

#include <gmock/gmock.h>

#include "tests/results/verdict_queries.hpp"

namespace assay::results {
namespace {

using testing::Contains;
using testing::HasSubstr;
using testing::SizeIs;

Profile profile_with(const std::string& key, double floor, double ceiling) {
  Profile profile;
  profile.name = "test";
  profile.figures[key] = {"flop_per_s", floor * 1.1, floor, ceiling, "made up"};
  return profile;
}
constexpr double sound_matmul = 2.0 * 512 * 512 * 512 / 0.005;

TEST(Judge, FailsBelowTheFloorOfAProfile) {
  const auto profile =
      profile_with("matmul/openblas/float32", 1.2 * sound_matmul, 9 * sound_matmul);
  SyntheticCluster cluster;
  cluster.ranks = 1;
  const auto verdict = accepted(cluster, &profile);
  EXPECT_EQ(verdict.verdict, Status::fail) << told(verdict);
  EXPECT_EQ(verdict.profile, "test");
  const Check* check = find(verdict, "matmul/openblas", "rank 0 (n0)");
  ASSERT_NE(check, nullptr);
  EXPECT_EQ(check->status, Status::fail);
  EXPECT_THAT(check->expected->source, HasSubstr("profile test"));
  ASSERT_THAT(verdict.suspects, SizeIs(1));
  EXPECT_EQ(verdict.suspects[0].layer, "compute");
}

TEST(Judge, DoesNotBelieveWhatIsAboveTheCeilingOfAProfile) {
  const auto profile =
      profile_with("matmul/openblas/float32", 0.5 * sound_matmul, 0.8 * sound_matmul);
  const auto verdict = accepted({}, &profile);
  EXPECT_EQ(verdict.verdict, Status::inconclusive) << told(verdict);
  const Check* check = find(verdict, "matmul/openblas", "rank 0 (n0)");
  ASSERT_NE(check, nullptr);
  EXPECT_THAT(check->reason, HasSubstr("not to be trusted"));
}

TEST(Judge, NamesThePairThatIsBelowTheFloorOfAProfile) {
  Profile profile;
  profile.name = "test";
  profile.figures["pair/mpi"] = {"bytes_per_s", 3e9, 2.5e9, 4e9, "made up"};  // pairs: about 1e9
  SyntheticCluster cluster;
  cluster.ranks = 2;
  const auto verdict = accepted(cluster, &profile);
  EXPECT_EQ(verdict.verdict, Status::fail) << told(verdict);
  ASSERT_THAT(verdict.suspects, SizeIs(2)) << told(verdict);
  EXPECT_EQ(verdict.suspects[0].kind, "path");
  EXPECT_THAT(verdict.suspects[0].evidence, Contains(HasSubstr("profile test")));
}

TEST(Judge, OfOneRankPassesByAProfile) {
  const auto profile =
      profile_with("matmul/openblas/float32", 0.9 * sound_matmul, 2 * sound_matmul);
  SyntheticCluster cluster;
  cluster.ranks = 1;
  const auto verdict = accepted(cluster, &profile);
  EXPECT_EQ(verdict.verdict, Status::pass) << told(verdict);
  EXPECT_EQ(status_of(verdict, "matmul/openblas", "rank 0 (n0)"), Status::pass);
}

TEST(Judge, ConvictsByPeersWhatAProfileWouldLetPass) {
  const auto profile =
      profile_with("matmul/openblas/float32", 0.5 * sound_matmul, 2 * sound_matmul);
  SyntheticCluster cluster;
  cluster.matmul[1] = 0.7;
  const auto verdict = accepted(cluster, &profile);
  EXPECT_EQ(verdict.verdict, Status::fail);
  EXPECT_EQ(status_of(verdict, "matmul/openblas", "rank 1 (n1)"), Status::fail);
}

}  // namespace
}  // namespace assay::results
