#include <gmock/gmock.h>

#include "collectives/algorithm.hpp"
#include "collectives/verifier.hpp"

namespace assay::collectives {
namespace {

// 33.5 million steps: seconds, and a gibibyte.
TEST(Verifier, ProvesRingOf4096Ranks) {
  constexpr std::uint64_t ranks = 4096;
  const Proof proof = verify(make_plan(find_algorithm(Operation::all_reduce, "ring"), ranks), 2);
  EXPECT_EQ(proof.defect, std::nullopt);
  EXPECT_EQ(proof.steps, ranks * (2 * ranks - 1));
  EXPECT_EQ(proof.depth, 2 * (ranks - 1));
  EXPECT_EQ(proof.order_count, 1U);
}

}  // namespace
}  // namespace assay::collectives
