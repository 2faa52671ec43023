#include "collectives/algorithms/double_binary_tree.hpp"

#include <gmock/gmock.h>

#include <algorithm>
#include <bit>
#include <optional>
#include <string>

namespace assay::collectives {
namespace {

using testing::IsEmpty;
using testing::SizeIs;

constexpr int most_ranks = 130;  // past powers of two, with both parities around them

template <class Visit>
void for_each_tree(Visit visit) {
  for (int ranks = 1; ranks <= most_ranks; ++ranks)
    for (int tree = 0; tree < 2; ++tree) {
      SCOPED_TRACE("tree " + std::to_string(tree) + " of " + std::to_string(ranks));
      visit(tree, ranks);
    }
}

TEST(TreeNode, IsAnInnerNodeOfAtMostOneTree) {
  for (int ranks = 1; ranks <= most_ranks; ++ranks)
    for (int position = 0; position < ranks; ++position)
      EXPECT_FALSE(tree_node(0, position, ranks).is_inner() &&
                   tree_node(1, position, ranks).is_inner())
          << position << " of " << ranks;
}

TEST(TreeNode, AgreesWithItsParentAndChildren) {
  for_each_tree([](int tree, int ranks) {
    for (int position = 0; position < ranks; ++position) {
      const TreeNode node = tree_node(tree, position, ranks);
      for (const auto& child : {node.deep_child, node.shallow_child}) {
        if (!child) continue;
        ASSERT_TRUE(*child >= 0 && *child < ranks);
        EXPECT_EQ(tree_node(tree, *child, ranks).parent, position);
      }
      if (node.parent) {
        const TreeNode parent = tree_node(tree, *node.parent, ranks);
        EXPECT_TRUE(parent.deep_child == position || parent.shallow_child == position);
      }
      if (node.shallow_child) {
        EXPECT_TRUE(node.is_inner());
      }
    }
  });
}

TEST(TreeNode, IsWithinFloorLog2EdgesOfTheOneRoot) {
  for_each_tree([](int tree, int ranks) {
    const int deepest = std::bit_width(static_cast<unsigned>(ranks)) - 1;
    int roots = 0;
    for (int position = 0; position < ranks; ++position) {
      int edges = 0;
      for (auto above = tree_node(tree, position, ranks).parent; above;
           above = tree_node(tree, *above, ranks).parent)
        ASSERT_LE(++edges, deepest);
      if (edges == 0) ++roots;
    }
    EXPECT_EQ(roots, 1);
  });
}

int height(int tree, std::optional<int> position, int ranks) {
  if (!position) return 0;
  const TreeNode node = tree_node(tree, *position, ranks);
  return 1 +
         std::max(height(tree, node.deep_child, ranks), height(tree, node.shallow_child, ranks));
}

TEST(TreeNode, NamesItsDeeperSubtree) {
  for_each_tree([](int tree, int ranks) {
    for (int position = 0; position < ranks; ++position) {
      const TreeNode node = tree_node(tree, position, ranks);
      EXPECT_GE(height(tree, node.deep_child, ranks), height(tree, node.shallow_child, ranks));
    }
  });
}

TEST(DoubleBinaryTree, OfThreeRanksHasTwoRoots) {
  // Tree 0 hangs 0 and 2 below 1; tree 1, shifted by one, hangs 0 and 1 below 2.
  EXPECT_EQ(tree_node(0, 1, 3),
            (TreeNode{.parent = std::nullopt, .deep_child = 0, .shallow_child = 2}));
  EXPECT_EQ(tree_node(1, 2, 3),
            (TreeNode{.parent = std::nullopt, .deep_child = 1, .shallow_child = 0}));
  const RankPlan plan = double_binary_tree_plan(1, 3, {});
  ASSERT_THAT(plan, SizeIs(4));
  const std::vector<Step> up{{.action = Action::receive_reduce, .receive_from = 2},
                             {.action = Action::receive_reduce,
                              .operand = Place::output,
                              .completes = true,
                              .receive_from = 0}};
  const std::vector<Step> down{{.action = Action::send, .operand = Place::output, .send_to = 0},
                               {.action = Action::send, .operand = Place::output, .send_to = 2}};
  EXPECT_EQ(plan[0].steps, up);
  EXPECT_EQ(plan[1].steps, down);
  EXPECT_EQ(plan[2].steps, (std::vector<Step>{{.action = Action::send, .send_to = 2}}));
  EXPECT_EQ(plan[3].steps, (std::vector<Step>{{.action = Action::receive, .receive_from = 2}}));
}

TEST(DoubleBinaryTree, FusesWhatAnInnerNodePassesOn) {
  // Tree 0 of seven: 4 over 2 and 6 (counted from one); position 1 has parent 3, children 0, 2.
  const RankPlan plan = double_binary_tree_plan(1, 7, {});
  const std::vector<Step> up{{.action = Action::receive_reduce, .receive_from = 2},
                             {.action = Action::receive_reduce_send,
                              .operand = Place::output,
                              .target = Place::nowhere,
                              .receive_from = 0,
                              .send_to = 3}};
  const std::vector<Step> down{{.action = Action::receive_send, .receive_from = 3, .send_to = 0},
                               {.action = Action::send, .operand = Place::output, .send_to = 2}};
  EXPECT_EQ(plan[0].steps, up);
  EXPECT_EQ(plan[1].steps, down);
}

TEST(DoubleBinaryTree, OfOneRankIsOneCopyASegment) {
  const RankPlan plan = double_binary_tree_plan(0, 1, {});
  ASSERT_THAT(plan, SizeIs(4));
  for (const std::size_t up : {0U, 2U}) {
    EXPECT_EQ(plan[up].steps, (std::vector<Step>{{.action = Action::copy, .completes = true}}));
    EXPECT_THAT(plan[up + 1].steps, IsEmpty());
  }
}

TEST(DoubleBinaryTree, HasTwoLanesForEachTreeOfEachLane) {
  const PlanOptions options{.lanes = 2, .order = {}};
  EXPECT_EQ(double_binary_tree_shape(5, options), (PlanShape{.segments = 4, .blocks = 1}));
  for (int rank = 0; rank < 5; ++rank) {
    const RankPlan plan = double_binary_tree_plan(rank, 5, options);
    ASSERT_THAT(plan, SizeIs(8));
    for (std::uint32_t segment = 0; segment < 4; ++segment) {
      const auto up = static_cast<std::int32_t>(2 * segment);
      EXPECT_EQ(plan[2 * segment].segment, segment);
      EXPECT_EQ(plan[2 * segment].after, Lane::independent);
      EXPECT_EQ(plan[2 * segment + 1].segment, segment);
      EXPECT_EQ(plan[2 * segment + 1].after, up);
    }
  }
}

TEST(DoubleBinaryTree, FollowsTheGivenOrder) {
  const PlanOptions options{.lanes = 1, .order = {2, 0, 1}};
  const RankPlan root = double_binary_tree_plan(0, 3, options);  // in the middle of the order
  ASSERT_THAT(root[0].steps, SizeIs(2));
  EXPECT_EQ(root[0].steps[0].receive_from, 1);
  EXPECT_EQ(root[0].steps[1].receive_from, 2);
}

}  // namespace
}  // namespace assay::collectives
