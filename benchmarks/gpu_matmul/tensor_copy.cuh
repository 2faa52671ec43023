#pragma once

#include <cuda.h>

#include <cstdint>

// Hopper's copies of tiles from memory to shared memory (TMA) and the barriers that count their
// bytes. Addresses are of shared memory. For compute capability 9.0 or later.

namespace assay::benchmarks::gpu_matmul {

__device__ inline std::uint32_t shared_address(const void* pointer) {
  return static_cast<std::uint32_t>(__cvta_generic_to_shared(pointer));
}

/// A barrier in shared memory whose phase ends when `arrivals` arrived and all bytes came.
__device__ inline void make_barrier(std::uint32_t barrier, int arrivals) {
  asm volatile("mbarrier.init.shared::cta.b64 [%0], %1;" ::"r"(barrier), "r"(arrivals) : "memory");
}
/// Shows the barriers made to the copy engine and to the other blocks of a cluster, before those
/// meet.
__device__ inline void publish_barriers() {
  asm volatile("fence.mbarrier_init.release.cluster;" ::: "memory");
}
/// Arrives and says how many bytes the phase is to wait for.
__device__ inline void expect_bytes(std::uint32_t barrier, int bytes) {
  asm volatile("mbarrier.arrive.expect_tx.shared::cta.b64 _, [%0], %1;" ::"r"(barrier), "r"(bytes)
               : "memory");
}
__device__ inline void arrive(std::uint32_t barrier) {
  asm volatile("mbarrier.arrive.shared::cta.b64 _, [%0];" ::"r"(barrier) : "memory");
}
/// At the same barrier of block `block` of the cluster.
__device__ inline void arrive_at(std::uint32_t barrier, int block) {
  asm volatile(
      "{\n.reg .b32 there;\n"
      "mapa.shared::cluster.u32 there, %0, %1;\n"
      "mbarrier.arrive.release.cluster.shared::cluster.b64 _, [there];\n}\n" ::"r"(barrier),
      "r"(block)
      : "memory");
}
/// Until the phase of this parity is over. Of a new barrier the phase before the first is, of
/// parity 1.
__device__ inline void wait_for_phase(std::uint32_t barrier, std::uint32_t parity) {
  std::uint32_t over = 0;
  while (over == 0)
    asm volatile(
        "{\n.reg .pred over;\n"
        "mbarrier.try_wait.parity.acquire.cluster.shared::cta.b64 over, [%1], %2;\n"
        "selp.b32 %0, 1, 0, over;\n}\n"
        : "=r"(over)
        : "r"(barrier), "r"(parity)
        : "memory");
}

/// A box from element `element` of line `line` on; its bytes count at `barrier`.
__device__ inline void copy_box(const CUtensorMap& map, std::int32_t element, std::int32_t line,
                                std::uint32_t to, std::uint32_t barrier) {
  asm volatile(
      "cp.async.bulk.tensor.2d.shared::cluster.global.tile.mbarrier::complete_tx::bytes"
      " [%0], [%1, {%3, %4}], [%2];" ::"r"(to),
      "l"(&map), "r"(barrier), "r"(element), "r"(line)
      : "memory");
}
/// The same to the same place in the blocks of the cluster whose bits are set in `blocks`, where
/// its bytes count, too.
__device__ inline void copy_box_to(const CUtensorMap& map, std::int32_t element, std::int32_t line,
                                   std::uint32_t to, std::uint32_t barrier, std::uint16_t blocks) {
  asm volatile(
      "cp.async.bulk.tensor.2d.shared::cluster.global.tile.mbarrier::complete_tx::bytes"
      ".multicast::cluster [%0], [%1, {%3, %4}], [%2], %5;" ::"r"(to),
      "l"(&map), "r"(barrier), "r"(element), "r"(line), "h"(blocks)
      : "memory");
}

/// This block's number in its cluster.
__device__ inline int cluster_block() {
  std::uint32_t block;
  asm volatile("mov.u32 %0, %%cluster_ctarank;" : "=r"(block));
  return static_cast<int>(block);
}
/// All threads of all blocks of the cluster meet.
__device__ inline void meet_cluster() {
  asm volatile(
      "barrier.cluster.arrive.release.aligned;\n"
      "barrier.cluster.wait.acquire.aligned;" ::
          : "memory");
}

}  // namespace assay::benchmarks::gpu_matmul
