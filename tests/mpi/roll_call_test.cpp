#include "collectives/bootstrap/roll_call.hpp"

#include <gmock/gmock.h>

#include "core/native/mpi.hpp"

namespace assay::collectives {
namespace {

using testing::ElementsAre;

/// A communicator for one test, as what an incomplete roll call leaves behind must not be met by
/// others.
class RollCall : public testing::Test {
 protected:
  RollCall() {
    MPI_Comm copy = MPI_COMM_NULL;
    native::check_mpi(MPI_Comm_dup(MPI_COMM_WORLD, &copy));
    world_ = native::Communicator{copy};
    MPI_Comm_rank(copy, &rank_);
    MPI_Comm_size(copy, &ranks_);
  }
  ~RollCall() override { MPI_Barrier(MPI_COMM_WORLD); }

  native::Communicator world_;
  int rank_ = 0;
  int ranks_ = 0;
};

TEST_F(RollCall, IsCompleteWhereAllAreThere) {
  const Roll roll = call_the_roll(world_.get(), 30_s);
  EXPECT_TRUE(roll.is_complete());
  EXPECT_THAT(roll.absent, ElementsAre());
}

TEST_F(RollCall, NamesWhoIsAbsentToAllOthers) {
  if (ranks_ < 2) GTEST_SKIP() << "needs somebody to be absent";
  const int absent = ranks_ - 1;
  if (rank_ == absent) return;
  const Roll roll = call_the_roll(world_.get(), 0.5_s);
  EXPECT_TRUE(roll.hears_rank_0);
  EXPECT_FALSE(roll.is_complete());
  EXPECT_THAT(roll.absent, ElementsAre(absent));
}

TEST_F(RollCall, EndsForWhoeverDoesNotHearRank0) {
  if (rank_ == 0) return;
  const Roll roll = call_the_roll(world_.get(), 0.2_s);
  EXPECT_FALSE(roll.hears_rank_0);
  EXPECT_FALSE(roll.is_complete());
}

}  // namespace
}  // namespace assay::collectives
