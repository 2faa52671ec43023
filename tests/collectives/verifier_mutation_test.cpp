// Every single change of a small plan must be found, but for those that are listed here with the
// reason why the plan is still right.

#include <gmock/gmock.h>

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "collectives/algorithm.hpp"
#include "collectives/verifier.hpp"

namespace assay::collectives {
namespace {

constexpr int slots = 4;
constexpr Action all_actions[] = {
    Action::send,         Action::receive, Action::receive_reduce, Action::receive_reduce_send,
    Action::receive_send, Action::copy,    Action::reduce};
constexpr Place all_places[] = {Place::input, Place::output, Place::scratch, Place::nowhere};

std::string_view name(Action action) {
  switch (action) {
    case Action::send:
      return "send";
    case Action::receive:
      return "receive";
    case Action::receive_reduce:
      return "receive_reduce";
    case Action::receive_reduce_send:
      return "receive_reduce_send";
    case Action::receive_send:
      return "receive_send";
    case Action::copy:
      return "copy";
    case Action::reduce:
      return "reduce";
  }
  return "?";
}

struct Mutant {
  std::string change;  ///< what was done to which kind of step, without its place
  std::string place;
  Plan plan;
};

/// Collects all changes of one plan.
class Mutants {
 public:
  explicit Mutants(Plan plan) : original_{std::move(plan)} {
    for (std::size_t rank = 0; rank < original_.ranks.size(); ++rank)
      for (std::size_t lane = 0; lane < original_.ranks[rank].size(); ++lane)
        change_lane(rank, lane);
  }
  [[nodiscard]] const std::vector<Mutant>& all() const { return all_; }

 private:
  template <class Change>
  void add(std::string change, std::string place, Change apply) {
    Plan mutated = original_;
    apply(mutated);
    all_.push_back({std::move(change), std::move(place), std::move(mutated)});
  }

  void change_lane(std::size_t rank, std::size_t lane) {
    const Lane& original = original_.ranks[rank][lane];
    const auto place = fmt::format("rank {} lane {}", rank, lane);
    const auto lane_of = [=](Plan& plan) -> Lane& { return plan.ranks[rank][lane]; };
    if (!original.steps.empty()) {
      add("empty lane", place, [=](Plan& plan) { lane_of(plan).steps.clear(); });
      add("drop lane", place, [=](Plan& plan) {
        plan.ranks[rank].erase(plan.ranks[rank].begin() + static_cast<std::ptrdiff_t>(lane));
      });
    }
    for (std::int32_t after = -1; after <= std::ssize(original_.ranks[rank]); ++after)
      if (after != original.after)
        add(fmt::format("{} after", original.after == Lane::independent ? "new" : "changed"), place,
            [=](Plan& plan) { lane_of(plan).after = after; });
    for (std::uint32_t segment = 0; segment <= original_.shape.segments; ++segment)
      if (segment != original.segment)
        add("segment", place, [=](Plan& plan) { lane_of(plan).segment = segment; });
    for (std::size_t step = 0; step < original.steps.size(); ++step) {
      move_step(rank, lane, step);
      change_step(rank, lane, step);
    }
  }

  void move_step(std::size_t rank, std::size_t lane, std::size_t step) {
    const auto& original = original_.ranks[rank][lane].steps;
    const auto kind = name(original[step].action);
    const auto place = fmt::format("rank {} lane {} step {}", rank, lane, step);
    const auto at = static_cast<std::ptrdiff_t>(step);
    const auto steps_of = [=](Plan & plan) -> auto& { return plan.ranks[rank][lane].steps; };
    add(fmt::format("drop {}", kind), place,
        [=](Plan& plan) { steps_of(plan).erase(steps_of(plan).begin() + at); });
    add(fmt::format("duplicate {}", kind), place, [=](Plan& plan) {
      const Step copy = steps_of(plan)[step];
      steps_of(plan).insert(steps_of(plan).begin() + at, copy);
    });
    if (step + 1 < original.size())
      add(fmt::format("swap {} with {}", kind, name(original[step + 1].action)), place,
          [=](Plan& plan) { std::swap(steps_of(plan)[step], steps_of(plan)[step + 1]); });
  }

  void change_step(std::size_t rank, std::size_t lane, std::size_t number) {
    const Step step = original_.ranks[rank][lane].steps[number];
    const auto kind = name(step.action);
    const auto replace = [&](std::string_view what, const Step& by) {
      add(fmt::format("{} of {}", what, kind),
          fmt::format("rank {} lane {} step {}", rank, lane, number),
          [=](Plan& plan) { plan.ranks[rank][lane].steps[number] = by; });
    };
    const auto changed = [&](auto member, auto value) {
      Step by = step;
      by.*member = value;
      return by;
    };
    for (const Place place : all_places) {
      if (place != step.operand) replace("operand", changed(&Step::operand, place));
      if (place != step.target) replace("target", changed(&Step::target, place));
    }
    replace("completes", changed(&Step::completes, !step.completes));
    for (std::uint32_t block = 0; block <= original_.shape.blocks; ++block)
      if (block != step.block) replace("block", changed(&Step::block, block));
    for (std::int32_t peer = -1; peer <= original_.rank_count(); ++peer) {
      if (peer != step.receive_from) replace("receive_from", changed(&Step::receive_from, peer));
      if (peer != step.send_to) replace("send_to", changed(&Step::send_to, peer));
    }
    change_action(step, replace);
  }

  /// Once as it is, once with the peers that the new action needs or must not have, and once with
  /// its operand in the output.
  template <class Replace>
  void change_action(const Step& step, Replace replace) {
    for (const Action action : all_actions) {
      if (action == step.action) continue;
      const auto what = fmt::format("action {}", name(action));
      Step by = step;
      by.action = action;
      replace(what, by);
      by.operand = Place::input;
      by.target = Place::output;
      if (!receives(action)) by.receive_from = Step::no_peer;
      if (!sends(action)) by.send_to = Step::no_peer;
      replace(what, by);
      by.operand = Place::output;
      replace(what, by);
    }
  }

  Plan original_;
  std::vector<Mutant> all_;
};

struct Survivors {
  std::set<std::string> changes;
  std::string places;  ///< for the message
  std::size_t mutants = 0;
};

Survivors survivors_of(const Plan& plan) {
  const Mutants mutants{plan};
  Survivors survivors{.changes = {}, .places = {}, .mutants = mutants.all().size()};
  for (const Mutant& mutant : mutants.all()) {
    if (!verify(mutant.plan, slots).holds()) continue;
    survivors.changes.insert(mutant.change);
    survivors.places += fmt::format("{}: {}\n", mutant.place, mutant.change);
  }
  return survivors;
}

Plan mutable_plan(std::string_view algorithm, int ranks, int lanes = 1) {
  return make_plan(find_algorithm(Operation::all_reduce, algorithm), ranks,
                   {.lanes = lanes, .order = {}});
}

const std::set<std::string> always_right{
    // They have no operand, or no target, of their own (see Step).
    "operand of receive",
    "operand of receive_send",
    "target of send",
    // A partial sum that is kept, too, is overwritten by the complete one, unread.
    "target of receive_reduce_send",
    // Independent lanes made to run one after the other, on one rank: slower, no less right.
    "new after",
};

TEST(VerifierMutation, IsFoundInRings) {
  const std::set<std::string>& allowed = always_right;
  for (const auto& [ranks, lanes] : {std::pair{2, 1}, {3, 1}, {4, 1}, {5, 1}, {3, 2}}) {
    const Survivors found = survivors_of(mutable_plan("ring", ranks, lanes));
    EXPECT_GT(found.mutants, 100U);
    EXPECT_THAT(found.changes, testing::IsSubsetOf(allowed))
        << ranks << " ranks, " << lanes << " lanes:\n"
        << found.places;
  }
}

TEST(VerifierMutation, IsFoundInExchanges) {
  std::set<std::string> allowed = always_right;
  // Messages of other pairs, on links of their own, and the own block: in any order.
  allowed.insert({"swap receive with send", "swap receive with copy"});
  for (const auto& weights : {BlockWeights{}, distance_weights(4)}) {
    const PlanOptions options{.lanes = 1, .order = {}, .root = 0, .weights = weights};
    const Survivors found =
        survivors_of(make_plan(find_algorithm(Operation::all_to_all_v, "pairwise"), 4, options));
    EXPECT_GT(found.mutants, 100U);
    EXPECT_THAT(found.changes, testing::IsSubsetOf(allowed)) << found.places;
  }
}

TEST(VerifierMutation, OfWhatARingStoresIsFoundWhereItMatters) {
  Plan plan = mutable_plan("ring", 4);
  Step& last_sum = plan.ranks[1][0].steps[3];
  ASSERT_TRUE(last_sum.completes);
  last_sum.target = Place::nowhere;
  EXPECT_FALSE(verify(plan, slots).holds());
}

TEST(VerifierMutation, OfTheOrderOnOneRankIsFound) {
  for (int ranks = 3; ranks <= 6; ++ranks) {
    // Where everybody talks to everybody, the order is only whom one turns to first.
    for (const auto* name : {"ring", "tree", "halving_doubling"}) {
      const Algorithm& algorithm = find_algorithm(Operation::all_reduce, name);
      const Plan right = make_plan(algorithm, ranks);
      PlanOptions swapped;
      for (int rank = 0; rank < ranks; ++rank) swapped.order.push_back(rank);
      for (int place = 0; place + 1 < ranks; ++place) {
        auto options = swapped;
        std::swap(options.order[static_cast<std::size_t>(place)],
                  options.order[static_cast<std::size_t>(place) + 1]);
        for (int rank = 0; rank < ranks; ++rank) {
          Plan wrong = right;
          wrong.ranks[static_cast<std::size_t>(rank)] = algorithm.rank_plan(rank, ranks, options);
          if (wrong.ranks == right.ranks) continue;  // it has nothing to do with the two
          EXPECT_FALSE(verify(wrong, slots).holds())
              << algorithm.name << " of " << ranks << ", places " << place << " and " << place + 1
              << " swapped for rank " << rank;
        }
      }
    }
  }
}

TEST(VerifierMutation, IsFoundInTrees) {
  std::set<std::string> allowed = always_right;
  // The root sends the same sum to two children, on two links.
  allowed.insert("swap send with send");
  for (const auto& [ranks, lanes] : {std::pair{2, 1}, {3, 1}, {4, 1}, {5, 1}, {7, 1}, {3, 2}}) {
    const Survivors found = survivors_of(mutable_plan("tree", ranks, lanes));
    EXPECT_GT(found.mutants, 100U);
    EXPECT_THAT(found.changes, testing::IsSubsetOf(allowed))
        << ranks << " ranks, " << lanes << " lanes:\n"
        << found.places;
  }
}

}  // namespace
}  // namespace assay::collectives
