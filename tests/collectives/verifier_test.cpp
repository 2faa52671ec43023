#include "collectives/verifier.hpp"

#include <gmock/gmock.h>

#include <algorithm>
#include <bit>
#include <numeric>
#include <string>

#include "collectives/algorithm.hpp"
#include "tests/collectives/sample_weights.hpp"

namespace assay::collectives {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Optional;

constexpr int most_ranks = 33;
constexpr int ring_slots = 2;  // fewer make it wait for ever

std::vector<int> shuffled_order(int ranks) {
  // A permutation as long as the factor does not divide `ranks`, reversed: no rank keeps its place.
  constexpr int factor = 37;
  std::vector<int> order(static_cast<std::size_t>(ranks));
  for (int i = 0; i < ranks; ++i) order[static_cast<std::size_t>(i)] = (i * factor + 5) % ranks;
  std::ranges::reverse(order);
  return order;
}

Plan all_reduce_plan(std::string_view name, int ranks, int lanes = 1) {
  return make_plan(find_algorithm(Operation::all_reduce, name), ranks,
                   {.lanes = lanes, .order = {}});
}

/// A plan of one lane a rank, given as its steps.
Plan plan_of(std::vector<std::vector<Step>> ranks) {
  Plan plan{.algorithm = "test",
            .operation = Operation::all_reduce,
            .shape = {},
            .same_order_on_all_ranks = false,
            .ranks = {}};
  for (auto& steps : ranks) plan.ranks.push_back({Lane{.steps = std::move(steps)}});
  return plan;
}

// ---- The algorithms are right ----

TEST(Verifier, ProvesRing) {
  for (int ranks = 1; ranks <= most_ranks; ++ranks) {
    for (const int slots : {ring_slots, 4}) {
      const Proof proof = verify(all_reduce_plan("ring", ranks), slots);
      ASSERT_EQ(proof.defect, std::nullopt) << ranks << " ranks, " << slots << " slots";
      const auto n = static_cast<std::uint64_t>(ranks);
      EXPECT_EQ(proof.steps, n * (2 * n - 1));
      EXPECT_EQ(proof.depth, 2 * (n - 1));
      EXPECT_EQ(proof.order_count, 1U);
    }
  }
}

TEST(Verifier, ProvesTree) {
  for (int ranks = 1; ranks <= most_ranks; ++ranks) {
    for (const int slots : {1, 2, 4}) {
      const Proof proof = verify(all_reduce_plan("tree", ranks), slots);
      ASSERT_EQ(proof.defect, std::nullopt) << ranks << " ranks, " << slots << " slots";
      const auto levels = std::bit_width(static_cast<unsigned>(ranks)) - 1;
      EXPECT_EQ(proof.depth, 2U * static_cast<unsigned>(levels));
      EXPECT_EQ(proof.order_count, 1U);
    }
  }
}

TEST(Verifier, ProvesSeveralLanesInAnyOrderOfRanks) {
  for (const Algorithm& algorithm : algorithms(Operation::all_reduce))
    for (int ranks = 1; ranks <= most_ranks; ++ranks)
      for (const int lanes : {2, 3}) {
        const PlanOptions options{.lanes = lanes, .order = shuffled_order(ranks)};
        EXPECT_EQ(verify(make_plan(algorithm, ranks, options), ring_slots).defect, std::nullopt)
            << algorithm.name << ", " << ranks << " ranks, " << lanes << " lanes";
      }
}

TEST(Verifier, ProvesTreeOf4096Ranks) {
  const Proof proof = verify(all_reduce_plan("tree", 4096), 1);
  EXPECT_EQ(proof.defect, std::nullopt);
  EXPECT_EQ(proof.depth, 24U);
}

TEST(Verifier, ProvesPairs) {
  for (const int from : {0, 2}) {
    const Proof proof = verify(make_pair_plan(3, from, 1), 1);
    EXPECT_EQ(proof.defect, std::nullopt);
    EXPECT_EQ(proof.depth, 1U);
    EXPECT_EQ(proof.order_count, 1U);
  }
}

TEST(Verifier, ProvesEveryAlgorithmWithEveryRoot) {
  for (const Algorithm& algorithm : algorithms()) {
    for (int ranks = 1; ranks <= most_ranks; ++ranks) {
      for (const int root : {0, ranks / 2, ranks - 1}) {
        if (root > 0 && !info(algorithm.operation).has_root) continue;
        for (const bool is_shuffled : {false, true}) {
          const PlanOptions options{
              .lanes = is_shuffled ? 2 : 1,
              .order = is_shuffled ? shuffled_order(ranks) : std::vector<int>{},
              .root = root};
          const Plan plan = make_plan(algorithm, ranks, options);
          ASSERT_EQ(verify(plan, ring_slots).defect, std::nullopt)
              << info(algorithm.operation).name << " " << algorithm.name << ", " << ranks
              << " ranks, root " << root << (is_shuffled ? ", shuffled" : "");
        }
      }
    }
  }
}

TEST(Verifier, ProvesExchangesOfUnequalBlocks) {
  for (const Algorithm& algorithm : algorithms(Operation::all_to_all_v))
    for (int ranks = 1; ranks <= most_ranks; ++ranks)
      for (const auto& weights : sample_weights(info(algorithm.operation), ranks))
        for (const bool is_shuffled : {false, true}) {
          const PlanOptions options{
              .lanes = is_shuffled ? 2 : 1,
              .order = is_shuffled ? shuffled_order(ranks) : std::vector<int>{},
              .root = 0,
              .weights = weights};
          ASSERT_EQ(verify(make_plan(algorithm, ranks, options), 1).defect, std::nullopt)
              << algorithm.name << ", " << ranks << " ranks" << (is_shuffled ? ", shuffled" : "");
        }
}

// ---- What is wrong is named ----

Plan uneven_exchange(int ranks) {
  return make_plan(find_algorithm(Operation::all_to_all_v, "pairwise"), ranks,
                   {.lanes = 1, .order = {}, .root = 0, .weights = distance_weights(ranks)});
}

TEST(Verifier, FindsAMessageThatIsShorterAtOneEndThanAtTheOther) {
  Plan plan = uneven_exchange(3);
  Step& first = plan.ranks[0][0].steps[0];
  ASSERT_EQ(first.action, Action::send);
  ASSERT_EQ(first.send_to, 1);
  first.block = 2;  // twice as long as the block for rank 1
  EXPECT_THAT(verify(plan, 4).defect,
              Optional(AllOf(HasSubstr("rank 1 lane 0"), HasSubstr("sent of segment 0 block 2"))));
}

TEST(Verifier, FindsAnotherBlockOfTheSameLength) {
  for (const Operation operation : {Operation::all_to_all, Operation::all_to_all_v}) {
    Plan plan = make_plan(find_algorithm(operation, "pairwise"), 3);
    for (Step& step : plan.ranks[0][0].steps)
      if (step.action == Action::send) step.block = 0;  // its own
    EXPECT_THAT(verify(plan, 4).defect, Optional(HasSubstr("ends with the wrong input")));
  }
}

TEST(Verifier, FindsABlockKeptInOneOfAnotherLength) {
  Plan plan = uneven_exchange(3);
  plan.ranks[1][0].steps.back() = {.action = Action::copy, .block = 2};
  EXPECT_THAT(verify(plan, 4).defect,
              Optional(std::string{"rank 1 lane 0 step 4 uses block 2 of input and output, which "
                                   "differ in length"}));
  plan = uneven_exchange(3);
  plan.ranks[1][0].steps.back().target = Place::scratch;
  EXPECT_THAT(verify(plan, 4).defect, Optional(HasSubstr("uses scratch")));
}

TEST(Verifier, RefusesWeightsOfAnotherOperationOrNumberOfRanks) {
  Plan plan = all_reduce_plan("ring", 3);
  plan.weights = distance_weights(3);
  EXPECT_THAT(verify(plan, 4).defect, Optional(HasSubstr("all_reduce has no blocks of lengths")));
  plan = uneven_exchange(3);
  plan.weights = distance_weights(4);
  EXPECT_THAT(verify(plan, 4).defect,
              Optional(std::string{"the weights are of 4 ranks; there are 3"}));
}

TEST(Verifier, FindsThatARingNeedsTwoSlots) {
  EXPECT_THAT(verify(all_reduce_plan("ring", 2), 1).defect,
              Optional(std::string{"rank 0 lane 0 step 1 waits for ever for rank 1, which takes "
                                   "none of the messages in all 1 slots"}));
  for (int ranks = 3; ranks <= most_ranks; ++ranks)
    EXPECT_THAT(verify(all_reduce_plan("ring", ranks), 1).defect,
                Optional(HasSubstr("waits for ever")));
}

TEST(Verifier, NamesTheRankAtTheBottomOfAnEndlessWait) {
  Plan plan = all_reduce_plan("ring", 5);
  // Rank 2 forgets to pass on what it has received: everything after it starves.
  auto& step = plan.ranks[2][0].steps[5];
  ASSERT_EQ(step.action, Action::receive_send);
  step.action = Action::receive;
  step.send_to = Step::no_peer;
  EXPECT_THAT(verify(plan, 4).defect,
              Optional(AllOf(HasSubstr("rank 3 lane 0 step"), HasSubstr("segment 0 block"))));
  plan.ranks[2][0].steps.resize(5);
  EXPECT_THAT(verify(plan, 4).defect, Optional(HasSubstr("waits for ever for rank 2")));
}

TEST(Verifier, NamesTheSenderOfWhatIsLeftOver) {
  const Plan plan = plan_of({{{.action = Action::send, .send_to = 1}, {.action = Action::copy}},
                             {{.action = Action::copy}}});
  EXPECT_THAT(
      verify(plan, 1).defect,
      Optional(std::string{"rank 0 lane 0 step 0 sends rank 1 a message that it never receives"}));
}

TEST(Verifier, NamesBothEndsThatMeanDifferentBlocks) {
  Plan plan = make_pair_plan(2, 0, 1);
  plan.shape.blocks = 2;
  plan.ranks[1][0].steps[0].block = 1;
  EXPECT_THAT(verify(plan, 1).defect,
              Optional(std::string{"rank 1 lane 0 step 0 takes segment 0 block 1 for what step 0 "
                                   "of rank 0 sent of segment 0 block 0"}));
}

TEST(Verifier, FindsInputReadAfterOutputWasWritten) {
  // Right with two buffers; in place, rank 0 sends the sum where its input is meant.
  const Plan plan = plan_of({{{.action = Action::receive_reduce, .receive_from = 1},
                              {.action = Action::send, .operand = Place::input, .send_to = 1}},
                             {{.action = Action::send, .send_to = 0},
                              {.action = Action::receive_reduce, .receive_from = 0}}});
  EXPECT_THAT(verify(plan, 1).defect,
              Optional(AllOf(HasSubstr("rank 0 lane 0 step 1"), HasSubstr("in place"))));
}

TEST(Verifier, FindsOutputReadBeforeItWasWritten) {
  Plan plan = make_pair_plan(2, 0, 1);
  plan.ranks[0][0].steps[0].operand = Place::output;
  EXPECT_THAT(verify(plan, 1).defect,
              Optional(AllOf(HasSubstr("rank 0 lane 0 step 0"), HasSubstr("before anything"))));
}

TEST(Verifier, FindsContributionsThatAreMissingOrCountedTwice) {
  const Step swap{.action = Action::send, .send_to = 1};
  const Step back{.action = Action::send, .send_to = 0};
  const Step sum_of_0{.action = Action::receive_reduce, .completes = true, .receive_from = 0};
  const Step sum_of_1{.action = Action::receive_reduce, .completes = true, .receive_from = 1};
  ASSERT_EQ(verify(plan_of({{swap, sum_of_1}, {back, sum_of_0}}), 1).defect, std::nullopt);

  const Step overwrite{.action = Action::receive, .receive_from = 0};
  EXPECT_THAT(verify(plan_of({{swap, sum_of_1}, {back, overwrite}}), 1).defect,
              Optional(std::string{"rank 1 ends with the wrong sum in segment 0 block 0: 1 inputs "
                                   "where 2 are wanted, each once"}));

  // Three ranks; rank 2's input never comes, rank 0's comes twice: the count alone is right.
  const Step first{.action = Action::receive_reduce, .receive_from = 0};
  const Step again{.action = Action::receive_reduce,
                   .operand = Place::output,
                   .completes = true,
                   .receive_from = 0};
  EXPECT_THAT(
      verify(
          plan_of({{swap, swap, {.action = Action::receive, .receive_from = 1}},
                   {first, again, {.action = Action::send, .operand = Place::output, .send_to = 0}},
                   {{.action = Action::copy}}}),
          2)
          .defect,
      Optional(HasSubstr("rank 0 ends with the wrong sum in segment 0 block 0: 3 inputs")));

  EXPECT_THAT(verify(plan_of({{}}), 1).defect,
              Optional(std::string{"rank 0 never writes segment 0 block 0"}));
}

TEST(Verifier, CountsOrdersAndHoldsThePlanToItsPromise) {
  // Everybody sends to everybody and sums what comes, own input first: three orders.
  std::vector<std::vector<Step>> ranks(3);
  for (int rank = 0; rank < 3; ++rank) {
    auto& steps = ranks[static_cast<std::size_t>(rank)];
    for (const int peer : {(rank + 1) % 3, (rank + 2) % 3})
      steps.push_back({.action = Action::send, .send_to = peer});
    Place mine = Place::input;
    for (const int peer : {(rank + 1) % 3, (rank + 2) % 3}) {
      steps.push_back({.action = Action::receive_reduce,
                       .operand = mine,
                       .completes = mine == Place::output,
                       .receive_from = peer});
      mine = Place::output;
    }
  }
  Plan plan = plan_of(ranks);
  EXPECT_EQ(verify(plan, 1).defect, std::nullopt);
  EXPECT_EQ(verify(plan, 1).order_count, 3U);
  plan.same_order_on_all_ranks = true;
  EXPECT_THAT(
      verify(plan, 1).defect,
      Optional(std::string{"the ranks sum segment 0 block 0 in 3 different orders where one "
                           "is promised"}));
}

TEST(Verifier, TakesASumOfTwoInEitherOrder) {
  const Plan plan =
      plan_of({{{.action = Action::send, .send_to = 1},
                {.action = Action::receive_reduce, .completes = true, .receive_from = 1}},
               {{.action = Action::send, .send_to = 0},
                {.action = Action::receive_reduce, .completes = true, .receive_from = 0}}});
  EXPECT_EQ(verify(plan, 1).order_count, 1U);
}

// ---- What means nothing is refused ----

std::optional<std::string> defect_of_step(Step step, std::uint32_t blocks = 1) {
  Plan plan = plan_of({{step}, {}});
  plan.shape.blocks = blocks;
  return verify(plan, 1).defect;
}

TEST(Verifier, RefusesStepsThatMeanNothing) {
  const auto refused = [](Step step, std::string_view why) {
    EXPECT_THAT(defect_of_step(step), Optional("rank 0 lane 0 step 0 " + std::string{why}));
  };
  refused({.action = Action::send, .send_to = 2}, "names rank 2 to send to; ranks are 0 to 1");
  refused({.action = Action::send, .send_to = -2}, "names rank -2 to send to; ranks are 0 to 1");
  refused({.action = Action::send, .send_to = 0}, "names its own rank to send to");
  refused({.action = Action::send}, "names no rank to send to");
  refused({.action = Action::receive}, "names no rank to receive from");
  refused({.action = Action::receive, .receive_from = 1, .send_to = 1},
          "names a rank to send to but does not");
  refused({.action = Action::copy, .block = 1}, "names block 1 of 1");
  refused({.action = Action::copy, .operand = Place::output}, "copies a place to itself");
  refused({.action = Action::copy, .operand = Place::nowhere}, "reads its operand nowhere");
  refused({.action = Action::receive, .target = Place::input, .receive_from = 1},
          "writes to its input");
  refused({.action = Action::receive, .target = Place::nowhere, .receive_from = 1},
          "leaves its result nowhere");
  refused({.action = Action::receive, .completes = true, .receive_from = 1},
          "completes a sum that it adds nothing to");
}

TEST(Verifier, RefusesLanesThatMeanNothing) {
  const auto refused = [](std::vector<Lane> lanes, std::string_view why) {
    Plan plan = plan_of({});
    plan.ranks = {std::move(lanes)};
    EXPECT_THAT(verify(plan, 1).defect, Optional(std::string{why}));
  };
  const std::vector<Step> copy{{.action = Action::copy}};
  refused({{.segment = 1, .steps = copy}}, "rank 0 lane 0 names segment 1 of 1");
  refused({{.after = 1, .steps = copy}}, "rank 0 lane 0 comes after lane 1 of 1");
  refused({{.after = -2, .steps = copy}}, "rank 0 lane 0 comes after lane -2 of 1");
  refused({{.after = 0, .steps = copy}}, "rank 0 lane 0 comes after itself");
  refused({{.after = 1, .steps = copy}, {.after = 0, .steps = copy}},
          "rank 0 lane 0 comes after itself");
  refused({{.steps = copy}, {.steps = copy}},
          "rank 0 lane 1 shares segment 0 with lane 0 and neither comes after the other");
  // The lane between has no steps, is done at once and keeps nobody waiting.
  refused({{.steps = copy}, {.after = 0, .steps = {}}, {.after = 1, .steps = copy}},
          "rank 0 lane 2 shares segment 0 with lane 0 and neither comes after the other");
}

TEST(Verifier, RefusesPlansThatMeanNothing) {
  EXPECT_THAT(verify(plan_of({}), 1).defect, Optional(std::string{"the plan has no ranks"}));
  Plan plan = plan_of({{}});
  plan.shape.blocks = 0;
  EXPECT_THAT(verify(plan, 1).defect, Optional(std::string{"the plan's shape has no blocks"}));
  EXPECT_THAT(verify(all_reduce_plan("tree", 2), 0).defect,
              Optional(std::string{"nothing moves with 0 slots in flight"}));
}

TEST(Verifier, RefusesAPairWithMoreThanTwoAtWork) {
  Plan plan = make_pair_plan(3, 0, 1);
  plan.ranks[2][0].steps = {{.action = Action::copy}};
  EXPECT_THAT(verify(plan, 1).defect,
              Optional(std::string{"rank 2 writes its output and is not the receiver"}));
  plan = make_pair_plan(3, 0, 1);
  plan.ranks[0][0].steps.push_back({.action = Action::send, .send_to = 2});
  plan.ranks[2][0].steps = {{.action = Action::receive, .receive_from = 0}};
  EXPECT_THAT(verify(plan, 1).defect,
              Optional(std::string{"1 ranks send and 2 receive where one of each is wanted"}));
}

}  // namespace
}  // namespace assay::collectives
