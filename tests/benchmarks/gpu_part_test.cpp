// Which stages acceptance has for which GPUs. The placements are made up: no GPU is behind them.
#include "benchmarks/gpu_part.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "benchmarks/gpu_all_reduce.hpp"

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
  EXPECT_THAT(
      gpu_stages(on_hosts({"a", "b"})),
      ElementsAre(GpuStage::matmul, GpuStage::memory, GpuStage::digest, GpuStage::all_reduce));
  EXPECT_THAT(gpu_stages(on_hosts({"a"})),
              ElementsAre(GpuStage::matmul, GpuStage::memory, GpuStage::digest));
}

TEST(GpuStages, HaveCopiesWhereAHostHasTwo) {
  EXPECT_THAT(gpu_stages(on_hosts({"a", "b", "b"})),
              ElementsAre(GpuStage::matmul, GpuStage::memory, GpuStage::digest, GpuStage::peer_copy,
                          GpuStage::all_reduce));
}

/// "assay ring", or with " staged".
std::vector<std::string> ways(const Placement& placement, bool nccl) {
  std::vector<std::string> names;
  for (const GpuVariant& variant : all_reduce_variants(placement, nccl, "ucx"))
    names.push_back(variant.implementation + " " + variant.algorithm +
                    (variant.staged ? " staged by " + variant.transport : ""));
  return names;
}

TEST(GpuAllReduce, IsByPeersWithinAHost) {
  EXPECT_THAT(ways(on_hosts({"a", "a"}), true),
              ElementsAre("assay ring", "assay two_shot_direct", "assay nvls", "nccl default"));
}

TEST(GpuAllReduce, IsMovedByHostsAcrossThem) {
  EXPECT_THAT(ways(on_hosts({"a", "b"}), false), ElementsAre("assay ring staged by ucx"));
  Placement two_each = on_hosts({"a", "a", "b", "b"});
  two_each.per_process = 2;
  EXPECT_THAT(ways(two_each, true), ElementsAre("nccl default"));
}

TEST(GpuAllReduce, IsNoneOfOneGpu) { EXPECT_THAT(ways(on_hosts({"a"}), true), IsEmpty()); }

TEST(GpuAllReduce, LeavesOutSizesWithoutMemory) {
  const std::vector sizes{(64_MiB).value, (1_GiB).value, (8_GiB).value};
  EXPECT_EQ(sizes_that_fit(sizes, 80_GiB, 64_GiB, 1), 3U);
  EXPECT_EQ(sizes_that_fit(sizes, 16_GiB, 64_GiB, 1), 2U) << "input and output";
  EXPECT_EQ(sizes_that_fit(sizes, 80_GiB, 64_GiB, 8), 2U) << "eight GPUs of one process";
  EXPECT_EQ(sizes_that_fit(sizes, 1_MiB, 1_MiB, 1), 1U) << "and says that it does not fit";
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
