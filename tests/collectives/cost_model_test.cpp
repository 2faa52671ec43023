#include "collectives/cost_model.hpp"

#include <gmock/gmock.h>

#include <bit>
#include <utility>

#include "collectives/algorithm.hpp"
#include "core/error.hpp"

namespace assay::collectives {
namespace {

constexpr double latency = 2e-6;
constexpr double bandwidth = 10e9;
constexpr double reduction = 0.05e-9;
constexpr std::size_t whole_message = std::size_t{1} << 40;  // a block is never cut
constexpr int slots = 4;

constexpr LinkCosts free_sums{
    .latency = {latency}, .bandwidth = {bandwidth}, .reduction_s_per_byte = 0};
constexpr LinkCosts costs{
    .latency = {latency}, .bandwidth = {bandwidth}, .reduction_s_per_byte = reduction};
constexpr LinkCosts latency_alone{
    .latency = {latency}, .bandwidth = {1e30}, .reduction_s_per_byte = 0};

Plan plan_of(std::string_view algorithm, int ranks, int lanes = 1) {
  return make_plan(find_algorithm(Operation::all_reduce, algorithm), ranks,
                   {.lanes = lanes, .order = {}});
}

double seconds(const Plan& plan, Bytes size, std::size_t block, const LinkCosts& prices) {
  return price(plan, size, block, slots, prices).time.value;
}

/// Within rounding of many sums.
auto is_about(double wanted) { return testing::DoubleNear(wanted, 1e-9 * wanted); }

TEST(Price, OfAPairIsLatencyAndTransfer) {
  const Plan plan = make_pair_plan(4, 1, 3);
  EXPECT_THAT(seconds(plan, 1_MiB, whole_message, costs),
              is_about(latency + 1048576.0 / bandwidth));
  const PlanCost cost = price(plan, 1_MiB, 64 << 10, slots, costs);
  EXPECT_THAT(cost.time.value, is_about(latency + 1048576.0 / bandwidth)) << "the link stays busy";
  EXPECT_EQ(cost.bytes_sent, 1048576U);
  EXPECT_EQ(cost.messages, 16U);
}

TEST(Price, OfAPairWithOneSlotPaysEachLatency) {
  const double wanted = 16 * (latency + 65536.0 / bandwidth);
  EXPECT_THAT(price(make_pair_plan(2, 0, 1), 1_MiB, 64 << 10, 1, costs).time.value,
              is_about(wanted));
}

// 2(n-1)(a + S/nB) + (n-1)Sg/n, for one chunk.
TEST(Price, OfARingInOneChunkIsTheClosedForm) {
  for (const int ranks : {2, 3, 4, 7, 8, 16, 33}) {
    const double n = ranks;
    const double size = 8e6 * n;  // divides evenly
    const double wanted =
        2 * (n - 1) * (latency + size / n / bandwidth) + (n - 1) * size * reduction / n;
    const PlanCost cost = price(plan_of("ring", ranks), {static_cast<std::uint64_t>(size)},
                                whole_message, slots, costs);
    EXPECT_THAT(cost.time.value, is_about(wanted)) << ranks;
    EXPECT_EQ(cost.bytes_sent, static_cast<std::uint64_t>(2 * size * (n - 1) / n)) << ranks;
    EXPECT_EQ(cost.messages, static_cast<std::uint64_t>(2 * (n - 1))) << ranks;
  }
}

TEST(Price, OfARingPaysItsLatencyForEachChunkUnlessLanesHideIt) {
  constexpr int ranks = 8;
  constexpr std::size_t block = 8000;
  constexpr double chunks = 20;
  const Bytes size{static_cast<std::uint64_t>(chunks) * ranks * block};
  const double transfer = 2 * (ranks - 1) * chunks * block / bandwidth;
  const double one_lane = seconds(plan_of("ring", ranks), size, block, free_sums);
  EXPECT_THAT(one_lane, is_about(chunks * 2 * (ranks - 1) * latency + transfer));
  const double four_lanes = seconds(plan_of("ring", ranks, 4), size, block, free_sums);
  EXPECT_LT(four_lanes, 0.7 * one_lane);
  EXPECT_GE(four_lanes, transfer);
}

TEST(Price, OfATreeIsTwiceItsDepthInLatencies) {
  for (int ranks = 1; ranks <= 65; ++ranks) {
    const int levels = std::bit_width(static_cast<unsigned>(ranks)) - 1;
    EXPECT_NEAR(seconds(plan_of("tree", ranks), {64}, whole_message, latency_alone),
                2 * levels * latency, 1e-12)
        << ranks;
  }
}

// 2L(a + c/B) + (S/2c)a' + 2S/B: each rank sends up to 2S, whatever the number of ranks, and the
// pipeline has to fill and to drain.
TEST(Price, OfATreeTendsToTwiceTheTransfer) {
  constexpr std::size_t chunk = 64 << 10;
  for (const int ranks : {4, 7, 8, 16, 31}) {
    const PlanCost cost = price(plan_of("tree", ranks), 64_MiB, chunk, slots, free_sums);
    const double transfer = 2 * double{64 << 20} / bandwidth;
    EXPECT_GE(cost.time.value, 0.99 * transfer) << ranks;
    EXPECT_LE(cost.time.value, 1.05 * transfer) << ranks;
    EXPECT_LE(cost.bytes_sent, 2 * (64_MiB).value) << ranks;
  }
}

Plan exchange(Operation operation, int ranks, const BlockWeights& weights = {}) {
  return make_plan(find_algorithm(operation, "pairwise"), ranks,
                   {.lanes = 1, .order = {}, .root = 0, .weights = weights});
}

TEST(Price, OfUnequalBlocksIsThatOfTheirTrueLengths) {
  // Nothing for oneself: all crosses, where half of equal blocks does.
  const PlanCost equal =
      price(exchange(Operation::all_to_all, 2), 1_MiB, whole_message, slots, costs);
  EXPECT_THAT(equal.time.value, is_about(latency + 524288.0 / bandwidth));
  EXPECT_EQ(equal.bytes_sent, 524288U);
  const PlanCost uneven = price(exchange(Operation::all_to_all_v, 2, distance_weights(2)), 1_MiB,
                                whole_message, slots, costs);
  EXPECT_THAT(uneven.time.value, is_about(latency + 1048576.0 / bandwidth));
  EXPECT_EQ(uneven.bytes_sent, 1048576U);
}

TEST(Price, OfShortBlocksIsOfTheMessagesThatTheyFill) {
  // Of rank 0's blocks one has ten messages, one has one and one is empty.
  const BlockWeights weights{3, {0, 10, 1, 0, 0, 0, 0, 0, 0}};
  constexpr int slots_for_all = 16;
  const PlanCost cost =
      price(exchange(Operation::all_to_all_v, 3, weights), {3000}, 1000, slots_for_all, free_sums);
  EXPECT_EQ(cost.messages, 11U);
  EXPECT_EQ(cost.bytes_sent, 11000U);
  EXPECT_THAT(cost.time.value, is_about(latency + 11000 / bandwidth));
}

TEST(Price, OfEmptyPiecesIsNothing) {
  // Two bytes for eight ranks: six of the blocks hold nothing, and nobody waits for them.
  const PlanCost cost = price(plan_of("two_shot", 8), {2}, whole_message, slots, latency_alone);
  EXPECT_THAT(cost.time.value, is_about(2 * latency));
  // By the owner of a byte: the other one to its owner, and its own to all.
  EXPECT_EQ(cost.bytes_sent, 1U + 7U);
  EXPECT_EQ(cost.messages, 1U + 7U);
}

TEST(Price, PrefersTheTreeForShortAndTheRingForLongMessages) {
  constexpr std::size_t block = 64 << 10;
  const Plan ring = plan_of("ring", 32, 4);
  const Plan tree = plan_of("tree", 32);
  EXPECT_LT(seconds(tree, 4_KiB, block, costs), seconds(ring, 4_KiB, block, costs));
  EXPECT_GT(seconds(tree, 256_MiB, block, costs), seconds(ring, 256_MiB, block, costs));
}

// Beyond 64 chunks the time is extrapolated: lengths on both sides of the limit lie on one line.
TEST(Price, ContinuesWhereItBeginsToExtrapolate) {
  constexpr std::size_t block = 16 << 10;
  for (const Plan& plan : {plan_of("ring", 6, 2), plan_of("tree", 12), make_pair_plan(2, 0, 1)}) {
    const std::uint64_t chunk = block * plan.shape.segments * plan.shape.blocks;
    const double at_48 = seconds(plan, {48 * chunk}, block, costs);
    const double at_64 = seconds(plan, {64 * chunk}, block, costs);
    const double at_80 = seconds(plan, {80 * chunk}, block, costs);
    EXPECT_NEAR((at_80 - at_64) / (at_64 - at_48), 1, 0.01) << plan.algorithm;
  }
}

TEST(Price, OfNothingIsNothing) {
  const PlanCost empty = price(plan_of("ring", 4), {0}, 1024, slots, costs);
  EXPECT_EQ(empty.time.value, 0);
  EXPECT_EQ(empty.bytes_sent, 0U);
  EXPECT_EQ(empty.messages, 0U);
  EXPECT_EQ(seconds(plan_of("tree", 1), 1_MiB, 1024, costs), 0);
}

TEST(Price, RefusesAPlanThatWaitsForEver) {
  EXPECT_THROW((void)price(plan_of("ring", 4), 1_MiB, 1024, 1, costs), UsageError);
}

}  // namespace
}  // namespace assay::collectives
