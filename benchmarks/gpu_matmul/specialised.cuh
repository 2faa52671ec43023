#pragma once

#include "benchmarks/gpu_matmul/hopper_block.cuh"

// Blocks whose warpgroups have different work: the first copies, the others multiply.

namespace assay::benchmarks::gpu_matmul {

inline constexpr int specialised_threads = (1 + HopperTile::groups) * HopperTile::group_threads;

// Registers a thread, which warpgroups give and take: 128 results and addresses fit in the many.
inline constexpr int producer_registers = 40;
inline constexpr int consumer_registers = 232;
static_assert(HopperTile::group_threads *
                  (producer_registers + HopperTile::groups * consumer_registers) <=
              65536);

__device__ inline void give_registers() {
  asm volatile("setmaxnreg.dec.sync.aligned.u32 %0;" ::"n"(producer_registers));
}
__device__ inline void take_registers() {
  asm volatile("setmaxnreg.inc.sync.aligned.u32 %0;" ::"n"(consumer_registers));
}

/// A consumer's products of `count` stages: the next stage's are begun before it waits for the last
/// one's, whose slot `release` then gives back, once a warp.
template <OperandType type, class Release>
__device__ void consume(const Stages& stages, std::int32_t count, int group, Turn& turn,
                        Results& results, const Release& release) {
  int last_slot = 0;
  for (std::int32_t stage = 0; stage < count; ++stage) {
    wait_for_phase(stages.full(turn.slot), turn.parity);
    multiply_stage<type>(stages, turn.slot, group, stage == 0, results);
    if (stage > 0) {
      wait_for_steps<1>();
      release(last_slot);
    }
    last_slot = turn.slot;
    turn.next();
  }
  wait_for_steps<0>();
  release(last_slot);
}

}  // namespace assay::benchmarks::gpu_matmul
