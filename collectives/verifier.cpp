// Why one chunk proves all message sizes and any timing.
//
// Timing. Each lane takes its steps in order, each link is a queue, and lanes of one rank that
// share a segment are ordered by `after`. No lane can see whether a message is there other than by
// waiting for it. This is a Kahn process network: what each step reads does not depend on which
// lane was quicker, so that one execution stands for all.
//
// Values. Different chunks are different elements (Layout covers each exactly once), and all
// chunks take the same steps. So what chunk c's elements hold is what the one chunk holds, provided
// that message k of a chunk is received by the same chunk. It is, if each queue carries as many
// messages from its sender as to its receiver in one chunk, i.e. if nothing is left over.
//
// Lengths. Layout cuts a block by its length alone (and by its number where all blocks share one
// count), so that both ends cut a message alike if they mean blocks of one weight (one number). A
// run's blocks are as long as count, weight and scale say, so that equal weights are equal lengths
// in every run, and nothing else is.
//
// Empty pieces. Steps on a piece without elements are left out, and ranks whose blocks are short
// may have fewer chunks. Either takes away a message together with its receipt. What remains can
// still be done in any order in which the whole can: steps keep their order, and the message
// `slots` before one's own in the thinner queue is one that was received earlier.
//
// Endless waits. A step waits for the step before it in its lane, for its message's sending, for
// the release of the message `slots` before its own in the queue, and for the last step of its
// lane's `after` in the same chunk. None of these lies in a later chunk than the step itself, so a
// circle of waits lies in one chunk. Within a chunk the waits are those of the one chunk: only
// waits for an earlier chunk are added, and these make no circle. Hence the plan with any number of
// chunks waits for ever exactly if one chunk does.
//
// In place. A block of the input that is read after that block of the output was written is a
// defect, since the two may be the same memory; elements of other blocks are not touched.

#include "collectives/verifier.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <span>
#include <vector>

#include "collectives/verification/contribution.hpp"
#include "collectives/verification/symbolic_executor.hpp"
#include "collectives/verification/well_formed.hpp"

namespace assay::collectives {

namespace {

using Defect = std::optional<std::string>;

std::string describe_block(const Plan& plan, std::size_t index) {
  return fmt::format("segment {} block {}", index / plan.shape.blocks, index % plan.shape.blocks);
}

/// The block's number in its segment.
std::size_t block_of(const Plan& plan, std::size_t index) { return index % plan.shape.blocks; }

/// What a rank's output must hold in the end; nothing where it may hold nothing.
class Goal {
 public:
  Goal(const Plan& plan, std::span<const Contribution> inputs) : plan_{plan}, inputs_{inputs} {
    if (!info(plan.operation).reduces) return;
    for (std::uint32_t block = 0; block < plan.shape.blocks; ++block) {
      Contribution& sum = sums_.emplace_back(of_block(inputs.front(), block));
      for (const Contribution& input : inputs.subspan(1)) sum = sum + of_block(input, block);
    }
  }

  [[nodiscard]] std::optional<Contribution> at(int rank, std::size_t block) const {
    const OperationInfo& operation = info(plan_.operation);
    if (operation.output == Part::whole_at_root && rank != plan_.root) return std::nullopt;
    if (operation.output == Part::own && block != static_cast<std::size_t>(rank))
      return std::nullopt;
    const BlockSource source =
        source_of(plan_.operation, rank, static_cast<int>(block), plan_.rank_count(), plan_.root);
    if (source.rank == BlockSource::all_ranks) return sums_[block];
    return of_block(inputs_[static_cast<std::size_t>(source.rank)],
                    static_cast<std::uint32_t>(source.block));
  }

 private:
  const Plan& plan_;
  std::span<const Contribution> inputs_;
  std::vector<Contribution> sums_;  ///< of each block, where the operation sums
};

Defect block_defect(const Plan& plan, int rank, std::size_t index, const Contribution& held,
                    const Contribution& wanted) {
  const auto place = describe_block(plan, index);
  if (!held.exists()) return fmt::format("rank {} never writes {}", rank, place);
  if (!info(plan.operation).reduces && !held.same_inputs(wanted))
    return fmt::format("rank {} ends with the wrong input in {}", rank, place);
  if (!held.same_inputs(wanted))
    return fmt::format(
        "rank {} ends with the wrong sum in {}: {} inputs where {} are wanted, each once", rank,
        place, held.count, wanted.count);
  if (info(plan.operation).reduces && !held.complete)
    return fmt::format("rank {} ends with a sum in {} that no step completes", rank, place);
  return std::nullopt;
}

Defect goal_defect(const Plan& plan, const SymbolicExecutor& done,
                   std::span<const Contribution> inputs) {
  const Goal goal{plan, inputs};
  for (int rank = 0; rank < plan.rank_count(); ++rank) {
    const auto output = done.output(rank);
    for (std::size_t index = 0; index < output.size(); ++index) {
      const auto wanted = goal.at(rank, block_of(plan, index));
      if (!wanted) continue;  // a well-formed plan cannot write there
      if (auto defect = block_defect(plan, rank, index, output[index], *wanted)) return defect;
    }
  }
  return std::nullopt;
}

/// The ranks that take steps for which `does` holds.
std::vector<int> ranks_that(const Plan& plan, bool (*does)(Action)) {
  std::vector<int> found;
  for (int rank = 0; rank < plan.rank_count(); ++rank) {
    const RankPlan& lanes = plan.ranks[static_cast<std::size_t>(rank)];
    const bool any = std::ranges::any_of(lanes, [&](const Lane& lane) {
      return std::ranges::any_of(lane.steps, does, &Step::action);
    });
    if (any) found.push_back(rank);
  }
  return found;
}

Defect transfer_defect(const Plan& plan, const SymbolicExecutor& done,
                       std::span<const Contribution> inputs) {
  const auto senders = ranks_that(plan, sends);
  const auto receivers = ranks_that(plan, receives);
  if (senders.size() != 1 || receivers.size() != 1)
    return fmt::format("{} ranks send and {} receive where one of each is wanted", senders.size(),
                       receivers.size());
  for (int rank = 0; rank < plan.rank_count(); ++rank) {
    const auto output = done.output(rank);
    for (std::size_t index = 0; index < output.size(); ++index) {
      if (rank != receivers.front() && output[index].exists())
        return fmt::format("rank {} writes its output and is not the receiver", rank);
      if (rank != receivers.front()) continue;
      const auto wanted = of_block(inputs[static_cast<std::size_t>(senders.front())],
                                   static_cast<std::uint32_t>(block_of(plan, index)));
      if (auto defect = block_defect(plan, rank, index, output[index], wanted)) return defect;
    }
  }
  return std::nullopt;
}

/// How many different orders of summation a block has over the ranks that hold it.
std::size_t orders_of(const Plan& plan, const SymbolicExecutor& done, std::size_t block) {
  std::vector<std::uint64_t> orders;
  for (int rank = 0; rank < plan.rank_count(); ++rank)
    if (const Contribution& held = done.output(rank)[block]; held.exists())
      orders.push_back(held.order);
  std::ranges::sort(orders);
  const auto repeated = std::ranges::unique(orders);
  return orders.size() - repeated.size();
}

struct WorstOrder {
  std::size_t block = 0;
  std::size_t orders = 0;
};

WorstOrder worst_order(const Plan& plan, const SymbolicExecutor& done) {
  // Row by row, in the order of memory, first: columns are walked only for blocks that differ.
  const std::size_t blocks = done.output(0).size();
  std::vector<bool> differs(blocks, false);
  for (int rank = 1; rank < plan.rank_count(); ++rank) {
    const auto previous = done.output(rank - 1);
    const auto output = done.output(rank);
    for (std::size_t block = 0; block < blocks; ++block)
      if (output[block].order != previous[block].order) differs[block] = true;
  }
  WorstOrder worst{.block = 0, .orders = orders_of(plan, done, 0)};
  for (std::size_t block = 0; block < blocks; ++block) {
    if (!differs[block]) continue;
    const std::size_t orders = orders_of(plan, done, block);
    if (orders > worst.orders) worst = {block, orders};
  }
  return worst;
}

}  // namespace

Proof verify(const Plan& plan, int slots) {
  Proof proof;
  proof.defect = find_malformed(plan);
  if (!proof.defect && slots < 1)
    proof.defect = fmt::format("nothing moves with {} slots in flight", slots);
  if (proof.defect) return proof;

  const std::vector<Contribution> inputs = rank_contributions(plan.ranks.size());
  SymbolicExecutor executor{plan, inputs, slots};
  proof.defect = executor.run();
  proof.steps = executor.steps();
  proof.depth = executor.depth();
  if (proof.defect) return proof;

  const WorstOrder worst = worst_order(plan, executor);
  proof.order_count = static_cast<std::uint32_t>(worst.orders);
  proof.defect = plan.operation == Operation::transfer ? transfer_defect(plan, executor, inputs)
                                                       : goal_defect(plan, executor, inputs);
  if (!proof.defect && plan.same_order_on_all_ranks && worst.orders > 1)
    proof.defect = fmt::format("the ranks sum {} in {} different orders where one is promised",
                               describe_block(plan, worst.block), worst.orders);
  return proof;
}

}  // namespace assay::collectives
