#include "results/judge.hpp"

#include <gmock/gmock.h>

#include "results/judge/devices.hpp"
#include "tests/results/verdict_queries.hpp"

namespace assay::results {
namespace {

using testing::Contains;
using testing::HasSubstr;
using testing::SizeIs;

TEST(Judge, NamesTheRankWhoseMatmulIsSlowOnce) {
  for (const int ranks : {2, 3, 4, 16}) {
    SyntheticCluster cluster;
    cluster.ranks = ranks;
    cluster.ranks_per_host = ranks;
    cluster.matmul[1] = 0.7;
    for (const auto& verdict : often(cluster)) {
      ASSERT_EQ(verdict.verdict, Status::fail) << told(verdict);
      ASSERT_THAT(verdict.suspects, SizeIs(1)) << told(verdict);
      const auto& suspect = verdict.suspects[0];
      EXPECT_EQ(suspect.kind, "rank");
      EXPECT_EQ(suspect.name, "rank 1");
      EXPECT_EQ(suspect.layer, "compute");
      EXPECT_NEAR(suspect.deficit, 0.3, 0.03);
      EXPECT_THAT(suspect.evidence, Contains(HasSubstr("matmul/openblas")));
      EXPECT_THAT(suspect.evidence, Contains(HasSubstr("matmul/assay")));
      EXPECT_EQ(status_of(verdict, "matmul/assay", "rank 1 (n0)"), Status::fail);
      EXPECT_EQ(status_of(verdict, "matmul/assay", "rank 0 (n0)"), Status::pass);
    }
  }
}

TEST(DeviceCheckName, OfGpusIsAsProfilesHaveIt) {
  Record record;
  record.memory = "device";
  record.benchmark = "matmul";
  record.implementation = "cublaslt";
  record.algorithm = "quickest_heuristic";
  EXPECT_EQ(device_check_name(record), "matmul/cublaslt");
  record.implementation = "assay";
  record.algorithm = "persistent";
  EXPECT_EQ(device_check_name(record), "matmul/persistent");
  record.benchmark = "memory";
  record.algorithm = "read";
  EXPECT_EQ(device_check_name(record), "device_memory/read");
  record.benchmark = "copy";
  record.algorithm = "host_to_device";
  record.registered = true;
  EXPECT_EQ(device_check_name(record), "copy/host_to_device");
  record.registered = false;
  EXPECT_EQ(device_check_name(record), "copy/host_to_device/pageable");
}

TEST(Judge, ComparesDevicesWithTheSameProcessorOnly) {
  SyntheticCluster cluster;
  cluster.matmul = {{2, 0.5}, {3, 0.5}};
  SyntheticRun synthetic{cluster};
  synthetic.run().info.ranks[2].processor = "Model Y";
  synthetic.run().info.ranks[3].processor = "Model Y";
  const auto verdict = judge(synthetic.accepted(), nullptr);
  EXPECT_EQ(verdict.verdict, Status::pass) << told(verdict);
}

}  // namespace
}  // namespace assay::results
