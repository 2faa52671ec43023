#include "collectives/direct/moves.hpp"

#include <gmock/gmock.h>

#include <algorithm>
#include <iterator>

#include "tests/collectives/sample_weights.hpp"

namespace assay::collectives {
namespace {

using testing::HasSubstr;
using testing::Optional;

constexpr int most_ranks = 33;

TEST(Moves, AreRightForEveryOperationAndRoot) {
  for (const OperationInfo& operation : operations) {
    if (operation.operation == Operation::transfer) continue;
    for (int ranks = 1; ranks <= most_ranks; ++ranks)
      for (const int root : {0, ranks / 2, ranks - 1})
        for (const auto& weights : sample_weights(operation, ranks)) {
          const MovePlan plan = make_moves(operation.operation, ranks, root, weights);
          ASSERT_EQ(find_defect(plan, false), std::nullopt)
              << operation.name << ", " << ranks << " ranks, root " << root;
        }
  }
}

TEST(Pulls, AreRightForEveryOperationAndRoot) {
  for (const OperationInfo& operation : operations) {
    for (int ranks = 1; ranks <= most_ranks; ++ranks)
      for (const int root : {0, ranks / 2, ranks - 1}) {
        const auto plan = make_pulls(operation.operation, ranks, root);
        const bool has_none =
            operation.operation == Operation::reduce || operation.operation == Operation::transfer;
        ASSERT_EQ(plan.has_value(), !has_none);
        if (!plan) continue;
        for (const auto& weights : sample_weights(operation, ranks))
          ASSERT_EQ(find_defect(*make_pulls(operation.operation, ranks, root, weights), false),
                    std::nullopt)
              << operation.name << ", " << ranks << " ranks, root " << root;
        for (const auto& phase : plan->phases)
          for (int rank = 0; rank < ranks; ++rank)
            for (const Move& move : phase[static_cast<std::size_t>(rank)])
              ASSERT_EQ(move.targets, std::vector<int>{rank});
      }
  }
}

TEST(Pulls, NeedTheMeetingBetweenTheirPhases) {
  MovePlan plan = make_pulls(Operation::all_reduce, 3, 0).value();
  for (std::size_t rank = 0; rank < 3; ++rank)
    std::ranges::copy(plan.phases[1][rank], std::back_inserter(plan.phases[0][rank]));
  plan.phases.pop_back();
  EXPECT_THAT(find_defect(plan, false), Optional(HasSubstr("nobody has written")));
}

TEST(Moves, WorkInPlaceButWhereARankWouldOverwriteWhatAnotherHasYetToRead) {
  for (const OperationInfo& operation : operations) {
    if (operation.operation == Operation::transfer) continue;
    const bool is_exchange = operation.operation == Operation::all_to_all ||
                             operation.operation == Operation::all_to_all_v ||
                             operation.operation == Operation::send_recv;
    EXPECT_EQ(find_defect(make_moves(operation.operation, 4, 1), true).has_value(), is_exchange)
        << operation.name;
    if (const auto pulls = make_pulls(operation.operation, 4, 1)) {
      EXPECT_EQ(find_defect(*pulls, true).has_value(), is_exchange) << operation.name;
    }
  }
}

TEST(Moves, OfUnequalBlocksToOthersOfAnotherLengthAreFound) {
  const BlockWeights weights = distance_weights(3);
  const MovePlan right = make_moves(Operation::all_to_all_v, 3, 0, weights);
  for (std::size_t move = 0; move < 3; ++move) {
    MovePlan wrong = right;
    wrong.phases[0][1][move].source_block = (wrong.phases[0][1][move].source_block + 1) % 3;
    EXPECT_THAT(find_defect(wrong, false), Optional(HasSubstr("to one of another length")));
  }
  EXPECT_THAT(find_defect(right, true), Optional(HasSubstr("lie elsewhere")));
}

TEST(Moves, ThatAreWrongAreFound) {
  const MovePlan right = make_moves(Operation::all_reduce, 3, 0);
  MovePlan wrong = right;
  wrong.phases[0][1].clear();
  EXPECT_THAT(find_defect(wrong, false), Optional(HasSubstr("nobody writes block 1")));
  wrong = right;
  wrong.phases[0][1].push_back(wrong.phases[0][2][0]);
  EXPECT_THAT(find_defect(wrong, false), Optional(HasSubstr("both write block 2")));
  wrong = right;
  wrong.phases[0][1][0].sources = {0, 2};
  EXPECT_THAT(find_defect(wrong, false), Optional(HasSubstr("made of the wrong inputs")));
  wrong = right;
  wrong.phases[0][1][0].source_block = 0;
  EXPECT_THAT(find_defect(wrong, false), Optional(HasSubstr("made of the wrong inputs")));
  wrong = make_moves(Operation::gather, 3, 0);
  wrong.phases[0][1][0].targets = {0, 2};
  EXPECT_THAT(find_defect(wrong, false), Optional(HasSubstr("that no output has")));
}

}  // namespace
}  // namespace assay::collectives
