#pragma once

#include <algorithm>
#include <cstddef>
#include <memory>
#include <optional>
#include <thread>
#include <vector>

#include "collectives/algorithm.hpp"
#include "collectives/device/arena.hpp"
#include "collectives/device/interpreter.hpp"
#include "collectives/device/rank_run.hpp"
#include "collectives/device/verdict.hpp"
#include "tests/collectives/device/host_machine.hpp"

namespace assay::collectives::device {

/// All ranks of a plan, interpreted by threads of this process as a device's blocks would: each
/// lane of each rank by a block of its own.
class InterpretedRanks {
 public:
  struct Buffers {
    const void* input;
    void* output;
  };

  InterpretedRanks(const Algorithm& algorithm, int ranks, const PlanOptions& options, DataType type,
                   ReduceOp op, ArenaShape shape, unsigned threads = 1)
      : InterpretedRanks{make_plan(algorithm, ranks, options), type, op, shape, threads} {}

  InterpretedRanks(const Plan& plan, DataType type, ReduceOp op, ArenaShape shape,
                   unsigned threads = 1)
      : arenas_{plan, shape}, threads_{threads} {
    const int ranks = plan.rank_count();
    for (int rank = 0; rank < ranks; ++rank) {
      auto& memory = memory_.emplace_back(arenas_.map(rank).bytes / sizeof(Vector) + 1);
      std::ranges::fill(memory, Vector{{0xA5A5A5A5, 1, 2, 3}});
      std::memset(memory.data(), 0, arenas_.map(rank).counters_bytes);
    }
    for (int rank = 0; rank < ranks; ++rank) {
      const ExecutorTask task{plan.operation, rank, ranks, type, op, plan.weights};
      ends_.push_back(arenas_.ends_of(rank, [&](int of) { return arena(of); }, {}));
      shapes_.emplace_back(task, plan.shape, shape.slot_bytes);
      RankTable& table = tables_.emplace_back(rank_table(task, arenas_.table(rank), shape));
      table.lanes = arenas_.table(rank).lanes.data();
      table.steps = arenas_.table(rank).steps.data();
      table.outgoing = ends_.back().outgoing.data();
      table.incoming = ends_.back().incoming.data();
      table.scratch = ends_.back().scratch.data();
      table.progress = reinterpret_cast<Counter*>(arena(rank) + arenas_.map(rank).progress);
      verdicts_.emplace_back(table.lane_count);
    }
  }

  [[nodiscard]] int ranks() const { return static_cast<int>(memory_.size()); }

  /// Where a rank's buffers are not given, it stays away.
  void run(const std::vector<std::optional<Buffers>>& buffers, std::size_t count,
           Seconds patience) {
    std::vector<RankRun> runs;
    for (std::size_t rank = 0; rank < memory_.size(); ++rank) {
      shapes_[rank].set_count(count);
      std::ranges::fill(verdicts_[rank], LaneVerdict{});
      const Buffers given = buffers[rank].value_or(Buffers{nullptr, nullptr});
      runs.push_back(shapes_[rank].run(tables_[rank], given.input, given.output,
                                       shapes_[rank].begins(Side::input).data(),
                                       shapes_[rank].begins(Side::output).data()));
    }
    std::vector<std::unique_ptr<HostBlock>> blocks;
    std::vector<std::thread> threads;
    for (std::size_t rank = 0; rank < memory_.size(); ++rank) {
      if (!buffers[rank]) continue;
      for (std::uint32_t lane = 0; lane < tables_[rank].lane_count; ++lane) {
        HostBlock& block = *blocks.emplace_back(std::make_unique<HostBlock>(threads_));
        for (unsigned thread = 0; thread < threads_; ++thread)
          threads.emplace_back([&, rank, lane, thread] {
            const Limits limits{static_cast<std::uint64_t>(to_nanoseconds(patience)), &abort,
                                verdicts_[rank].data()};
            HostMachine machine{block, thread};
            Interpreter{machine, runs[rank], limits}.execute(lane);
          });
      }
    }
    for (std::thread& thread : threads) thread.join();
  }

  [[nodiscard]] ExecutionStatus status(int rank) const {
    return status_of(verdicts_[static_cast<std::size_t>(rank)]);
  }
  [[nodiscard]] const std::vector<LaneVerdict>& verdicts(int rank) const {
    return verdicts_[static_cast<std::size_t>(rank)];
  }

  std::uint32_t abort = 0;

 private:
  [[nodiscard]] std::byte* arena(int rank) {
    return reinterpret_cast<std::byte*>(memory_[static_cast<std::size_t>(rank)].data());
  }

  Arenas arenas_;
  unsigned threads_;
  std::vector<std::vector<Vector>> memory_;
  std::vector<Arenas::Ends> ends_;
  std::vector<RunShape> shapes_;
  std::vector<RankTable> tables_;
  std::vector<std::vector<LaneVerdict>> verdicts_;
};

}  // namespace assay::collectives::device
