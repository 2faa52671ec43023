#include "collectives/device/plan_collective.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "collectives/device/arena.hpp"
#include "collectives/device/kernel_collective.hpp"
#include "collectives/device/rank_run.hpp"
#include "collectives/verifier.hpp"
#include "core/error.hpp"

namespace assay::collectives::device {

namespace {

constexpr ArenaShape arena_shape{.slot_bytes = 256 << 10, .slots = 4};
/// More keep a device busy with waiting; fewer do not fill its links.
constexpr unsigned most_lanes = 32;

std::size_t most_lanes_of(const Plan& plan) {
  return std::ranges::max(plan.ranks, {}, [](const RankPlan& rank) { return rank.size(); }).size();
}

/// As many lanes as there are blocks for, on the device that has fewest.
Plan wide_plan(const Algorithm& algorithm, const OwnTask& task, Bootstrap& processes,
               const Placement& placement) {
  unsigned resident = 0;
  {
    const native::CurrentDevice current{placement.device(placement.first_local())};
    resident = resident_blocks<RankRun>();
  }
  resident = std::ranges::min(gather_values(processes, resident));
  const unsigned for_a_rank = std::min(
      resident / (placement.is_virtual ? static_cast<unsigned>(placement.ranks()) : 1), most_lanes);
  PlanOptions options{.order = {}, .root = task.root, .weights = task.weights};
  const Plan narrow = make_plan(algorithm, placement.ranks(), options);
  const auto lanes = static_cast<unsigned>(most_lanes_of(narrow));
  if (for_a_rank < lanes)
    throw UnavailableError{
        fmt::format("{} ranks of algorithm {} need {} blocks at once, and the GPU runs {}: fewer "
                    "--virtual-ranks",
                    placement.ranks(), algorithm.name, lanes, for_a_rank)};
  options.lanes = static_cast<int>(for_a_rank / lanes);
  return make_plan(algorithm, placement.ranks(), options);
}

class PlanCollective final : public KernelCollective<RankRun> {
 public:
  PlanCollective(const Plan& plan, const OwnTask& task, Bootstrap& processes,
                 const Placement& placement, Seconds patience)
      : KernelCollective{placement,
                         {static_cast<unsigned>(most_lanes_of(plan)),
                          placement.is_virtual ? static_cast<unsigned>(placement.ranks()) : 1,
                          block_threads},
                         most_lanes_of(plan),
                         patience},
        arenas_{plan, arena_shape},
        memory_{processes, placement, arenas_.bytes()} {
    for (int i = 0; i < placement.per_process; ++i) add_rank(plan, task, placement, i);
  }

 private:
  struct LocalRank {
    RunShape shape;
    RankTable table;
    int device;
    Uploaded<TableLane> lanes;
    Uploaded<TableStep> steps;
    Uploaded<OutgoingEnd> outgoing;
    Uploaded<IncomingEnd> incoming;
    Uploaded<std::byte*> scratch;
    Uploaded<std::size_t> input_begins;
    Uploaded<std::size_t> output_begins;
  };

  void add_rank(const Plan& plan, const OwnTask& task, const Placement& placement, int number) {
    const int rank = placement.first_local() + number;
    const native::CurrentDevice current{placement.device(rank)};
    const ExecutorTask executor_task{task.operation,    rank,
                                     placement.ranks(), task.elements.type,
                                     task.elements.op,  task.weights};
    const LaneTable& lanes = arenas_.table(rank);
    const Arenas::Ends ends = arenas_.ends_of(rank, [&](int of) { return memory_.of(of); }, {});
    LocalRank& local =
        ranks_.emplace_back(LocalRank{RunShape{executor_task, plan.shape, arena_shape.slot_bytes},
                                      rank_table(executor_task, lanes, arena_shape),
                                      placement.device(rank),
                                      Uploaded{lanes.lanes},
                                      Uploaded{lanes.steps},
                                      Uploaded{ends.outgoing},
                                      Uploaded{ends.incoming},
                                      Uploaded{ends.scratch},
                                      {},
                                      {}});
    local.input_begins = Uploaded{local.shape.begins(Side::input)};
    local.output_begins = Uploaded{local.shape.begins(Side::output)};
    local.table.lanes = local.lanes.data();
    local.table.steps = local.steps.data();
    local.table.outgoing = local.outgoing.data();
    local.table.incoming = local.incoming.data();
    local.table.scratch = local.scratch.data();
    local.table.progress =
        reinterpret_cast<Counter*>(memory_.of(rank) + arenas_.map(rank).progress);
  }

  [[nodiscard]] std::vector<RankRun> make_runs(std::span<const RankBuffers> buffers,
                                               std::size_t count) override {
    std::vector<RankRun> runs;
    for (std::size_t i = 0; i < ranks_.size(); ++i) {
      LocalRank& local = ranks_[i];
      const native::CurrentDevice current{local.device};
      local.shape.set_count(count);
      local.input_begins.assign(local.shape.begins(Side::input));
      local.output_begins.assign(local.shape.begins(Side::output));
      runs.push_back(local.shape.run(local.table, buffers[i].input, buffers[i].output,
                                     local.input_begins.data(), local.output_begins.data()));
    }
    return runs;
  }

  Arenas arenas_;
  PeerMemory memory_;
  std::vector<LocalRank> ranks_;
};

}  // namespace

std::unique_ptr<GroupCollective> make_plan_collective(const Algorithm& algorithm,
                                                      const OwnTask& task, Bootstrap& processes,
                                                      const Placement& placement,
                                                      Seconds patience) {
  const Plan plan = wide_plan(algorithm, task, processes, placement);
  if (placement.ranks() <= proved_ranks)
    if (const Proof proof = verify(plan, static_cast<int>(arena_shape.slots)); !proof.holds())
      throw Error{"assay", 0, fmt::format("plan '{}' is wrong: {}", plan.algorithm, *proof.defect)};
  return std::make_unique<PlanCollective>(plan, task, processes, placement, patience);
}

}  // namespace assay::collectives::device
