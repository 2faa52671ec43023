#include "collectives/algorithms/hierarchical.hpp"

#include <gmock/gmock.h>

#include <algorithm>
#include <bit>
#include <cstdint>
#include <map>
#include <numeric>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "collectives/collective.hpp"
#include "collectives/cost_model.hpp"
#include "collectives/transport/threads.hpp"
#include "collectives/verifier.hpp"
#include "tests/collectives/ranks_as_threads.hpp"

namespace assay::collectives {
namespace {

constexpr int ring_slots = 2;

/// Which node each rank is on, for nodes of so many ranks each, one after the other.
std::vector<int> nodes_of(const std::vector<int>& sizes) {
  std::vector<int> node_of;
  for (std::size_t node = 0; node < sizes.size(); ++node)
    node_of.insert(node_of.end(), static_cast<std::size_t>(sizes[node]), static_cast<int>(node));
  return node_of;
}

Plan plan_over(std::string_view across, const std::vector<int>& node_of, int lanes = 1,
               std::vector<int> order = {}) {
  const auto& algorithm =
      find_algorithm(Operation::all_reduce, "hierarchical_" + std::string{across});
  return make_plan(algorithm, static_cast<int>(node_of.size()),
                   {.lanes = lanes, .order = std::move(order), .node_of = node_of});
}

/// Messages of one chunk that go from one node to another, by sender and receiver.
std::map<std::pair<int, int>, int> messages_across(const Plan& plan,
                                                   const std::vector<int>& node_of) {
  std::map<std::pair<int, int>, int> messages;
  for (int rank = 0; rank < plan.rank_count(); ++rank)
    for (const Lane& lane : plan.ranks[static_cast<std::size_t>(rank)])
      for (const Step& step : lane.steps)
        if (sends(step.action) && node_of[static_cast<std::size_t>(rank)] !=
                                      node_of[static_cast<std::size_t>(step.send_to)])
          ++messages[{rank, step.send_to}];
  return messages;
}

TEST(Hierarchical, IsProvedForEqualNodes) {
  for (int nodes = 1; nodes <= 9; ++nodes)
    for (int size = 1; size <= 9; ++size)
      for (const int lanes : {1, 3}) {
        const auto node_of = nodes_of(std::vector<int>(static_cast<std::size_t>(nodes), size));
        for (const int slots : {ring_slots, 4}) {
          const Proof ring = verify(plan_over("ring", node_of, lanes), slots);
          ASSERT_EQ(ring.defect, std::nullopt) << nodes << " nodes of " << size;
          EXPECT_EQ(ring.order_count, 1U);
        }
        const Proof tree = verify(plan_over("tree", node_of, lanes), 1);
        ASSERT_EQ(tree.defect, std::nullopt) << nodes << " nodes of " << size;
        EXPECT_EQ(tree.order_count, 1U);
      }
}

TEST(Hierarchical, IsProvedForUnequalAndScatteredNodes) {
  std::vector<std::vector<int>> cases{
      nodes_of({1, 4}),    nodes_of({4, 1}),       nodes_of({2, 3, 5}), nodes_of({8, 8, 7}),
      nodes_of({1, 1, 6}), nodes_of({3, 1, 2, 4}), {0, 1, 0, 1, 0, 1},  {7, 3, 7, 7, 3, 9, 9},
  };
  for (const auto& node_of : cases) {
    std::vector<int> reversed(node_of.size());
    std::iota(reversed.rbegin(), reversed.rend(), 0);
    for (const auto& order : {std::vector<int>{}, reversed})
      for (const int lanes : {1, 2}) {
        EXPECT_EQ(verify(plan_over("ring", node_of, lanes, order), ring_slots).defect, std::nullopt)
            << testing::PrintToString(node_of);
        EXPECT_EQ(verify(plan_over("tree", node_of, lanes, order), 1).defect, std::nullopt)
            << testing::PrintToString(node_of);
      }
  }
}

TEST(Hierarchical, IsProvedForManyRanks) {
  const auto node_of = nodes_of(std::vector<int>(64, 8));
  EXPECT_EQ(verify(plan_over("tree", node_of), 1).defect, std::nullopt);
  EXPECT_EQ(verify(plan_over("ring", nodes_of(std::vector<int>(16, 8))), ring_slots).defect,
            std::nullopt);
}

TEST(Hierarchical, MeetsOnOtherNodesTheRankOfItsOwnNumber) {
  const auto node_of = nodes_of({4, 4, 4});
  for (const auto* across : {"ring", "tree"})
    for (const auto& [link, count] : messages_across(plan_over(across, node_of), node_of))
      EXPECT_EQ(link.first % 4, link.second % 4) << across;
}

TEST(Hierarchical, SendsEachShareAcrossAsOftenAsARingOfNodesDoes) {
  constexpr int nodes = 5;
  const auto node_of = nodes_of(std::vector<int>(nodes, 3));
  const auto messages = messages_across(plan_over("ring", node_of), node_of);
  EXPECT_EQ(messages.size(), node_of.size());  // every rank to one partner
  for (const auto& [link, count] : messages) EXPECT_EQ(count, 2 * (nodes - 1));
  EXPECT_EQ(plan_over("ring", node_of).shape.blocks, 3U * nodes);
  EXPECT_EQ(plan_over("tree", node_of).shape.blocks, 3U);
}

TEST(Hierarchical, HasAsManySharesAsTheSmallestNodeHasRanks) {
  const auto node_of = nodes_of({2, 5});
  std::set<int> leaving;
  for (const auto& [link, count] : messages_across(plan_over("ring", node_of), node_of))
    leaving.insert(link.first);
  EXPECT_EQ(leaving, (std::set<int>{0, 1, 2, 3}));
}

TEST(Hierarchical, OfOneNodeIsTheDirectExchange) {
  const auto& two_shot = find_algorithm(Operation::all_reduce, "two_shot");
  const LinkCosts costs{1_us, {1e10}, 0};
  for (const int ranks : {2, 5}) {
    const auto node_of = nodes_of({ranks});
    const auto ours = price(plan_over("ring", node_of), 1_MiB, 64 << 10, 4, costs);
    const auto direct = price(make_plan(two_shot, ranks), 1_MiB, 64 << 10, 4, costs);
    EXPECT_EQ(ours.bytes_sent, direct.bytes_sent);
    EXPECT_EQ(ours.messages, direct.messages);
  }
}

TEST(Hierarchical, TreeIsAsDeepAsANodeTwiceAndATreeOfNodes) {
  static constexpr int size = 8;
  const auto tree = [](int nodes) {
    const std::vector<int> sizes(static_cast<std::size_t>(nodes), size);
    return verify(plan_over("tree", nodes_of(sizes)), 1).depth;
  };
  for (const int nodes : {2, 8, 9}) {
    const auto levels = std::bit_width(static_cast<unsigned>(nodes)) - 1;
    EXPECT_EQ(tree(nodes), 2U * (size - 1) + 2U * static_cast<unsigned>(levels));
  }
}

TEST(Hierarchical, SaysWhereItIsAnotherAlgorithmInDisguise) {
  const auto why = [](std::vector<int> node_of) {
    const int ranks = static_cast<int>(node_of.size());
    return why_not_hierarchical(ranks, {.order = {}, .node_of = std::move(node_of)});
  };
  EXPECT_EQ(why({0, 0, 0}), "all ranks are on one node");
  EXPECT_EQ(why({0, 1, 2}), "every rank is on a node of its own");
  EXPECT_EQ(why({0, 1, 1}), std::nullopt);
  EXPECT_EQ(why_not_hierarchical(4, {}), "all ranks are on one node");
}

TEST(Hierarchical, SumsInAndOutOfPlaceWhateverDivides) {
  const std::vector<std::vector<int>> cases{nodes_of({2, 2}), nodes_of({1, 3}), {0, 1, 0, 1, 2}};
  for (const auto& node_of : cases) {
    const int ranks = static_cast<int>(node_of.size());
    run_ranks(ranks, [&](Bootstrap& bootstrap) {
      const auto transport = make_thread_transport(bootstrap);
      ExecutorOptions options;
      options.block_bytes = 512;  // many chunks
      options.slots = ring_slots;
      for (const auto* name : {"hierarchical_ring", "hierarchical_tree"}) {
        const auto collective = make_collective(find_algorithm(Operation::all_reduce, name),
                                                {.lanes = 2, .order = {}, .node_of = node_of},
                                                bootstrap, *transport, {DataType::int32}, options);
        for (const std::size_t count : {0, 1, 2, 7, 1000, 5001}) {
          std::vector<int> input(count);
          std::vector<int> wanted(count);
          for (std::size_t i = 0; i < count; ++i) {
            input[i] = static_cast<int>(i) + bootstrap.rank();
            wanted[i] = static_cast<int>(i) * ranks + ranks * (ranks - 1) / 2;
          }
          std::vector<int> output(count);
          ASSERT_FALSE(collective->run(input.data(), output.data(), count, Deadline::after(60_s)));
          ASSERT_EQ(output, wanted) << name << ", " << count;
          ASSERT_FALSE(collective->run(input.data(), input.data(), count, Deadline::after(60_s)));
          ASSERT_EQ(input, wanted) << name << " in place, " << count;
        }
        bootstrap.barrier();
      }
    });
  }
}

}  // namespace
}  // namespace assay::collectives
