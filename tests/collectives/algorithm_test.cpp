#include "collectives/algorithm.hpp"

#include <gmock/gmock.h>

#include "core/error.hpp"

namespace assay::collectives {
namespace {

using testing::HasSubstr;
using testing::ThrowsMessage;

TEST(FindAlgorithm, KnowsEveryEntryOfTheTable) {
  for (const Algorithm& algorithm : algorithms())
    EXPECT_EQ(&find_algorithm(algorithm.operation, algorithm.name), &algorithm);
}

TEST(Algorithms, AreThereForEveryCollective) {
  std::size_t count = 0;
  for (const OperationInfo& operation : operations) {
    const auto those = algorithms(operation.operation);
    EXPECT_EQ(those.empty(), operation.operation == Operation::transfer) << operation.name;
    count += those.size();
    for (const Algorithm& algorithm : those) EXPECT_EQ(algorithm.operation, operation.operation);
  }
  EXPECT_EQ(count, algorithms().size());
}

TEST(Operations, StandInTheOrderOfTheirNumbers) {
  for (const OperationInfo& operation : operations)
    EXPECT_EQ(&info(operation.operation), &operation);
}

TEST(FindAlgorithm, NamesTheKnownOnesWhenItFails) {
  EXPECT_THAT(
      [] { (void)find_algorithm(Operation::broadcast, "rnig"); },
      ThrowsMessage<UsageError>("unknown algorithm of broadcast 'rnig'; known: tree, chain"));
}

TEST(MakePlan, HasOnePlanForEachRankAndTheAlgorithmsPromises) {
  for (const Algorithm& algorithm : algorithms()) {
    const PlanOptions options{.lanes = 2, .order = {}};
    const Plan plan = make_plan(algorithm, 5, options);
    EXPECT_EQ(plan.algorithm, algorithm.name);
    EXPECT_EQ(plan.operation, algorithm.operation);
    EXPECT_EQ(plan.same_order_on_all_ranks, algorithm.same_order_on_all_ranks);
    EXPECT_EQ(plan.shape, algorithm.shape(5, options));
    ASSERT_EQ(plan.rank_count(), 5);
    for (int rank = 0; rank < 5; ++rank)
      EXPECT_EQ(plan.ranks[static_cast<std::size_t>(rank)], algorithm.rank_plan(rank, 5, options));
  }
}

TEST(MakePlan, RefusesWhatIsNoPlan) {
  const auto with = [](int ranks, PlanOptions options) {
    return [=] { (void)make_plan(algorithms().front(), ranks, options); };
  };
  EXPECT_THAT(with(0, {}), ThrowsMessage<UsageError>(HasSubstr("at least one rank")));
  EXPECT_THAT(with(2, {.lanes = 0, .order = {}}),
              ThrowsMessage<UsageError>(HasSubstr("at least one lane")));
  EXPECT_THAT(with(3, {.lanes = 1, .order = {0, 1}}),
              ThrowsMessage<UsageError>(HasSubstr("names 2 ranks; there are 3")));
  EXPECT_THAT(with(3, {.lanes = 1, .order = {0, 1, 3}}),
              ThrowsMessage<UsageError>(HasSubstr("names rank 3; ranks are 0 to 2")));
  EXPECT_THAT(with(3, {.lanes = 1, .order = {0, 1, -1}}),
              ThrowsMessage<UsageError>(HasSubstr("names rank -1")));
  EXPECT_THAT(with(3, {.lanes = 1, .order = {0, 1, 1}}),
              ThrowsMessage<UsageError>(HasSubstr("names rank 1 twice")));
  EXPECT_THAT(with(3, {.lanes = 1, .order = {}, .root = 3}),
              ThrowsMessage<UsageError>("the root is rank 3; ranks are 0 to 2"));
  EXPECT_THAT(with(3, {.lanes = 1, .order = {}, .root = 0, .weights = distance_weights(2)}),
              ThrowsMessage<UsageError>("the weights of blocks are of 2 ranks; there are 3"));
  EXPECT_THAT(with(3, {.lanes = 1, .order = {}, .node_of = {0, 1}}),
              ThrowsMessage<UsageError>("the nodes are of 2 ranks; there are 3"));
}

TEST(MakePairPlan, LetsOneRankSendToAnother) {
  const Plan plan = make_pair_plan(3, 2, 0);
  EXPECT_EQ(plan.operation, Operation::transfer);
  EXPECT_EQ(plan.shape, PlanShape{});
  const std::vector<Step> sending{{.action = Action::send, .send_to = 0}};
  const std::vector<Step> receiving{{.action = Action::receive, .receive_from = 2}};
  EXPECT_EQ(plan.ranks.at(2).at(0).steps, sending);
  EXPECT_EQ(plan.ranks.at(0).at(0).steps, receiving);
  EXPECT_TRUE(plan.ranks.at(1).at(0).steps.empty());
}

TEST(MakePairPlan, RefusesWhatIsNoPair) {
  EXPECT_THROW((void)make_pair_plan(2, 0, 0), UsageError);
  EXPECT_THROW((void)make_pair_plan(2, 0, 2), UsageError);
  EXPECT_THROW((void)make_pair_plan(2, -1, 0), UsageError);
}

}  // namespace
}  // namespace assay::collectives
