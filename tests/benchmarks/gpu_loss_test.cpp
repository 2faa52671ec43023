// What becomes of a stage in which GPUs fail. No GPU is behind it.
#include "benchmarks/gpu_loss.hpp"

#include <gmock/gmock.h>

#include <mutex>

#include "core/error.hpp"
#include "tests/collectives/ranks_as_threads.hpp"

namespace assay::benchmarks {
namespace {

using collectives::Bootstrap;
using results::Record;
using testing::Each;
using testing::SizeIs;

constexpr int ranks = 3;

Error cuda_error() { return {"CUDA", 719, "unspecified launch failure", {}, ExitCode::cuda}; }
Error waited_in_vain() { return {"assay", 0, "rank 1 did not come", {}, ExitCode::deadline}; }

std::vector<Record> none() { return {}; }

TEST(LostGpus, AreKnownToAllRanksThoughOthersOnlyWaitedInVain) {
  std::mutex mutex;
  std::vector<std::vector<Record>> seen;
  collectives::run_ranks(ranks, [&](Bootstrap& world) {
    const auto lost = without_lost_gpus(
        world, [&] { throw world.rank() == 1 ? cuda_error() : waited_in_vain(); },
        [&] {
          return world.rank() == 1 ? std::vector{gpu_failure_record("n0", "gpu5", "GPU is lost")}
                                   : none();
        });
    const std::lock_guard lock{mutex};
    seen.push_back(lost);
  });
  ASSERT_THAT(seen, SizeIs(ranks));
  EXPECT_THAT(seen, Each(SizeIs(1)));
  for (const auto& lost : seen) {
    EXPECT_EQ(lost[0].host, "n0");
    EXPECT_EQ(lost[0].device, "gpu5");
    EXPECT_EQ(lost[0].report.facts.at("lost"), "GPU is lost");
  }
}

TEST(LostGpus, AreAllNamedWhereSeveralFail) {
  collectives::run_ranks(ranks, [&](Bootstrap& world) {
    const auto lost = without_lost_gpus(
        world, [] { throw cuda_error(); },
        [&] {
          return std::vector{gpu_failure_record("n0", "gpu" + std::to_string(world.rank()), "x")};
        });
    EXPECT_THAT(lost, SizeIs(ranks));
  });
}

TEST(LostGpus, LeaveOtherErrorsWithTheirCode) {
  collectives::run_ranks(ranks, [&](Bootstrap& world) {
    try {
      static_cast<void>(without_lost_gpus(
          world,
          [&] {
            if (world.rank() == 2) throw cuda_error();
          },
          none));
      ADD_FAILURE() << "no error on rank " << world.rank();
    } catch (const Error& error) {
      EXPECT_EQ(error.exit_code(), ExitCode::cuda);
      EXPECT_THAT(error.what(), testing::HasSubstr("unspecified launch failure"));
    }
  });
}

TEST(LostGpus, AreNoneWhereNothingFails) {
  collectives::run_ranks(ranks, [&](Bootstrap& world) {
    EXPECT_THAT(without_lost_gpus(
                    world, [] {}, none),
                SizeIs(0));
  });
}

TEST(LostGpus, AreNotLookedForWhereTheInputWasWrong) {
  collectives::run_ranks(ranks, [&](Bootstrap& world) {
    EXPECT_THROW(static_cast<void>(without_lost_gpus(
                     world, [] { throw UsageError{"too little memory"}; },
                     [] {
                       ADD_FAILURE();
                       return none();
                     })),
                 UsageError);
  });
}

}  // namespace
}  // namespace assay::benchmarks
