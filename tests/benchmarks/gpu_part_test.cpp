// Which stages acceptance has for which GPUs. The placements are made up: no GPU is behind them.
#include "benchmarks/gpu_part.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace assay::benchmarks {
namespace {

using collectives::device::Placement;
using results::Suspicion;
using testing::ElementsAre;
using testing::IsEmpty;

Placement on_hosts(std::vector<std::string> hosts) {
  Placement placement;
  placement.devices.resize(hosts.size());
  placement.hosts = std::move(hosts);
  return placement;
}

TEST(GpuStages, AreNoneWithoutGpus) { EXPECT_THAT(gpu_stages(std::nullopt), IsEmpty()); }

TEST(GpuStages, HaveNoCopiesBetweenGpusOfDifferentHosts) {
  EXPECT_THAT(gpu_stages(on_hosts({"a", "b"})),
              ElementsAre(GpuStage::matmul, GpuStage::memory, GpuStage::digest));
}

TEST(GpuStages, EndWithCopiesWhereAHostHasTwo) {
  EXPECT_THAT(
      gpu_stages(on_hosts({"a", "b", "b"})),
      ElementsAre(GpuStage::matmul, GpuStage::memory, GpuStage::digest, GpuStage::peer_copy));
}

TEST(StageOf, IsTheOneThatMeasuresASuspicionAgain) {
  const auto device = Suspicion::Kind::device;
  EXPECT_EQ(stage_of({device, 1, -1, "matmul", "device"}), GpuStage::matmul);
  EXPECT_EQ(stage_of({device, 1, -1, "memory", "device"}), GpuStage::memory);
  EXPECT_EQ(stage_of({device, 1, -1, "copy", "device"}), GpuStage::memory);
  EXPECT_EQ(stage_of({Suspicion::Kind::gpu_pair, -1, -1, "peer_copy", "device"}),
            GpuStage::peer_copy);
  EXPECT_EQ(stage_of({device, 1, -1, "matmul", "host"}), std::nullopt);
  EXPECT_EQ(stage_of({Suspicion::Kind::pair, 1, 2, "pair"}), std::nullopt);
}

TEST(WithRanksOfJob, NamesTheJobsRank) {
  results::Record record;
  record.rank = 1;
  record.first_wrong = results::WrongValue{0, 7, "1", "2"};
  record = with_ranks_of_job(record, {2, 5});
  EXPECT_EQ(record.rank, 5);
  EXPECT_EQ(record.first_wrong->rank, 2);
  EXPECT_FALSE(with_ranks_of_job({}, {2, 5}).rank);  // of two GPUs
}

}  // namespace
}  // namespace assay::benchmarks
