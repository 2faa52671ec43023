#include "collectives/tuner.hpp"

#include <gmock/gmock.h>

#include <limits>

#include "collectives/algorithm.hpp"

namespace assay::collectives {
namespace {

constexpr std::size_t block = 64 << 10;

WorkCount count_of(Operation operation, std::string_view algorithm, int ranks) {
  return WorkCount{make_plan(find_algorithm(operation, algorithm), ranks), block};
}

TEST(WorkCount, OfARingIsWhatEveryRankSendsAndReceives) {
  // 2(n-1) steps send and as many receive, of 1/n each; n-1 of them sum.
  for (const int ranks : {2, 3, 4, 8}) {
    const double n = ranks;
    const Work work = count_of(Operation::all_reduce, "ring", ranks).at(Bytes{1000});
    EXPECT_DOUBLE_EQ(work.messages, 1.0 + 4 * (n - 1)) << ranks;
    EXPECT_NEAR(work.bytes, 1000 * 4 * (n - 1) / n, 1e-9) << ranks;
    EXPECT_NEAR(work.reduced_bytes, 1000 * (n - 1) / n, 1e-9) << ranks;
  }
}

TEST(WorkCount, OfLongMessagesHasTheirChunks) {
  const WorkCount count = count_of(Operation::all_reduce, "ring", 2);
  const double one = count.at(Bytes{2 * block}).messages;
  EXPECT_DOUBLE_EQ(count.at(Bytes{2 * block + 1}).messages - 1.0, 2.0 * (one - 1.0));
  EXPECT_DOUBLE_EQ(count.at(Bytes{20 * block}).messages - 1.0, 10.0 * (one - 1.0));
  EXPECT_DOUBLE_EQ(count.at(Bytes{20 * block}).bytes, 10.0 * count.at(Bytes{2 * block}).bytes);
}

TEST(WorkCount, OfARootIsThatOfTheBusiest) {
  const Work work = count_of(Operation::gather, "direct", 5).at(Bytes{5000});
  EXPECT_DOUBLE_EQ(work.messages, 1.0 + 4.0) << "the root receives from four";
  EXPECT_DOUBLE_EQ(work.bytes, 5000.0) << "and copies its own";
}

TEST(WorkCount, OfMovesCountsMeetingsAndBlocks) {
  // Everyone reads n blocks, and writes the sum to n.
  const Work work = WorkCount{make_moves(Operation::all_reduce, 4, 0)}.at(Bytes{4000});
  EXPECT_DOUBLE_EQ(work.messages, 2.0);
  EXPECT_DOUBLE_EQ(work.bytes, 8000.0);
  EXPECT_DOUBLE_EQ(work.reduced_bytes, 3000.0);
  EXPECT_DOUBLE_EQ(WorkCount{*make_pulls(Operation::all_reduce, 4, 0)}.at(Bytes{4000}).messages,
                   3.0)
      << "two phases";
}

constexpr double latency = 3e-7;
constexpr double s_per_byte = 2e-10;
constexpr double s_per_sum = 5e-11;

Seconds exact(const Work& work) {
  return {latency * work.messages + s_per_byte * work.bytes + s_per_sum * work.reduced_bytes};
}

std::vector<Timing> timings_of(const WorkCount& count, std::initializer_list<std::uint64_t> sizes) {
  std::vector<Timing> timings;
  for (const std::uint64_t size : sizes) {
    const Work work = count.at(Bytes{size});
    timings.push_back({Bytes{size}, work, exact(work)});
  }
  return timings;
}

TEST(FittedCost, FindsThePricesThatTimesWereMadeWith) {
  const WorkCount count = count_of(Operation::all_reduce, "two_shot", 4);
  const FittedCost cost{timings_of(count, {8, 512, 32768, 1 << 20, 16 << 20}), s_per_sum};
  EXPECT_NEAR(cost.latency().value, latency, 1e-6 * latency);
  EXPECT_NEAR(cost.bandwidth().value().bytes_per_second, 1 / s_per_byte, 1e-6 / s_per_byte);
  EXPECT_NEAR(cost.relative_error(), 0.0, 1e-9);
  for (const std::uint64_t size :
       {std::uint64_t{1}, std::uint64_t{5000}, std::uint64_t{64 << 20}}) {
    const Work work = count.at(Bytes{size});
    EXPECT_NEAR(cost.predict(Bytes{size}, work).value, exact(work).value, 1e-6 * exact(work).value)
        << size;
  }
}

TEST(FittedCost, OfAnotherSumDiffersByWhatItCosts) {
  const WorkCount count = count_of(Operation::all_reduce, "ring", 2);
  const FittedCost cost{timings_of(count, {8, 1 << 20}), s_per_sum};
  const Work work = count.at(1_MiB);
  const Seconds slower = cost.with_reduction(10 * s_per_sum).predict(1_MiB, work);
  EXPECT_NEAR((slower - cost.predict(1_MiB, work)).value, 9 * s_per_sum * work.reduced_bytes,
              1e-12);
}

TEST(FittedCost, MeetsWhatWasMeasuredAndLiesBetweenThere) {
  const WorkCount count = count_of(Operation::broadcast, "chain", 3);
  auto timings = timings_of(count, {8, 4096, 1 << 20});
  timings[1].time = timings[1].time * 4.0;  // no line goes through this
  const FittedCost cost{timings, 0};
  EXPECT_GT(cost.relative_error(), 0.1);
  for (const Timing& timing : timings)
    EXPECT_NEAR(cost.predict(timing.size, timing.work).value, timing.time.value,
                1e-9 * timing.time.value);
  const Seconds between = cost.predict(Bytes{65536}, count.at(Bytes{65536}));
  EXPECT_GT(between, exact(count.at(Bytes{65536})));
  EXPECT_LT(between, exact(count.at(Bytes{65536})) * 4.0);
}

TEST(FittedCost, HasNoPriceBelowNought) {
  const WorkCount count = count_of(Operation::all_reduce, "ring", 2);
  std::vector<Timing> timings = timings_of(count, {8, 1 << 20});
  timings[1].time = timings[0].time * 0.5;  // longer messages take less
  const FittedCost cost{timings, 0};
  EXPECT_GE(cost.latency(), Seconds{0});
  EXPECT_FALSE(cost.bandwidth().has_value());
  EXPECT_NEAR(cost.predict(timings[1].size, timings[1].work).value, timings[1].time.value, 1e-15);
}

TEST(FittedCost, OfOneSizeIsThatSize) {
  const WorkCount count = count_of(Operation::all_reduce, "ring", 2);
  const auto timings = timings_of(count, {4096});
  EXPECT_NEAR(FittedCost(timings, 0).predict(Bytes{4096}, timings[0].work).value,
              timings[0].time.value, 1e-15);
}

TEST(Choose, TakesTheQuickestAndJoinsNeighbours) {
  const std::vector<Bytes> sizes{1_KiB, 2_KiB, 4_KiB, 8_KiB};
  const std::vector<std::vector<Seconds>> times{{{1}, {2}, {4}, {8}}, {{3}, {3}, {3}, {3}}};
  const auto choices = choose(sizes, times);
  EXPECT_THAT(choices, testing::ElementsAre(Choice{2_KiB, 0}, Choice{8_KiB, 1}));
  EXPECT_EQ(chosen(choices, 0_B), 0U);
  EXPECT_EQ(chosen(choices, 2_KiB), 0U);
  EXPECT_EQ(chosen(choices, 2_KiB + 1_B), 1U);
  EXPECT_EQ(chosen(choices, 1_GiB), 1U);
}

TEST(Choose, ChangesOnlyForWhatIsWorthIt) {
  const std::vector<Bytes> sizes{1_KiB, 2_KiB, 4_KiB};
  const std::vector<std::vector<Seconds>> times{{{1.00}, {1.00}, {1.00}}, {{1.01}, {0.96}, {0.94}}};
  EXPECT_THAT(choose(sizes, times), testing::ElementsAre(Choice{2_KiB, 0}, Choice{4_KiB, 1}));
}

TEST(Choose, NeverTakesWhatCannotBeHad) {
  const std::vector<Bytes> sizes{1_KiB, 2_KiB};
  constexpr double never = std::numeric_limits<double>::infinity();
  const std::vector<std::vector<Seconds>> times{{{never}, {never}}, {{5}, {6}}};
  EXPECT_THAT(choose(sizes, times), testing::ElementsAre(Choice{2_KiB, 1}));
}

}  // namespace
}  // namespace assay::collectives
