#pragma once

#include <cstdint>

#include "collectives/device/direct_run.hpp"
#include "collectives/device/lane_table.hpp"
#include "collectives/device/one_shot.hpp"
#include "collectives/device/vector.hpp"

namespace assay::collectives::device {

/// One thread of a block of a device, for the templates that are executed by blocks
/// (interpreter.hpp). Counters are read and written at the scope of the system: others may be on
/// another GPU, or the host.
class DeviceBlock {
 public:
  static constexpr int loads_at_once = 4;

  __device__ unsigned thread() const { return threadIdx.x; }
  __device__ unsigned threads() const { return blockDim.x; }
  __device__ void barrier() { __syncthreads(); }
  __device__ bool any(bool mine) { return __syncthreads_or(mine ? 1 : 0) != 0; }

  static __device__ Counter acquire(const Counter* counter) {
    Counter value;
    asm volatile("ld.acquire.sys.global.u64 %0, [%1];" : "=l"(value) : "l"(counter) : "memory");
    return value;
  }
  /// What the block's other threads wrote before a barrier is released with it.
  static __device__ void release(Counter* counter, Counter value) {
    asm volatile("st.release.sys.global.u64 [%0], %1;" ::"l"(counter), "l"(value) : "memory");
  }
  static __device__ std::uint32_t volatile_load(const std::uint32_t* word) {
    return *const_cast<const volatile std::uint32_t*>(word);
  }
  static __device__ void write(LaneVerdict* verdict, const LaneVerdict& value) {
    auto* to = reinterpret_cast<volatile std::int32_t*>(verdict);
    to[0] = static_cast<std::int32_t>(value.cause);
    to[1] = value.waiting_for;
    to[2] = value.step;
  }
  static __device__ Vector load(const std::byte* from) {
    return __builtin_bit_cast(Vector, *reinterpret_cast<const uint4*>(from));
  }
  static __device__ void store(std::byte* to, const Vector& vector) {
    *reinterpret_cast<uint4*>(to) = __builtin_bit_cast(uint4, vector);
  }
  static __device__ Packet load_packet(const Packet* from) {
    Packet packet;
    asm volatile("ld.relaxed.sys.global.v2.u64 {%0, %1}, [%2];"
                 : "=l"(packet.words[0]), "=l"(packet.words[1])
                 : "l"(from)
                 : "memory");
    return packet;
  }
  static __device__ void store_packet(Packet* to, const Packet& packet) {
    asm volatile("st.relaxed.sys.global.v2.u64 [%0], {%1, %2};" ::"l"(to), "l"(packet.words[0]),
                 "l"(packet.words[1])
                 : "memory");
  }
  // Of multicast addresses: devices before 9.0 have none.

  static __device__ Vector load_reduced(SwitchOperation operation, const std::byte* from) {
    Vector sum{};
#if __CUDA_ARCH__ >= 900
#define ASSAY_LOAD_REDUCED(what)                                                                \
  asm volatile("multimem.ld_reduce.relaxed.sys.global." what " {%0, %1, %2, %3}, [%4];"         \
               : "=r"(sum.words[0]), "=r"(sum.words[1]), "=r"(sum.words[2]), "=r"(sum.words[3]) \
               : "l"(from)                                                                      \
               : "memory")
    switch (operation) {
      case SwitchOperation::add_float32:
        ASSAY_LOAD_REDUCED("add.v4.f32");
        break;
      case SwitchOperation::add_float16:
        ASSAY_LOAD_REDUCED("add.acc::f32.v4.f16x2");
        break;
      case SwitchOperation::add_bfloat16:
        ASSAY_LOAD_REDUCED("add.acc::f32.v4.bf16x2");
        break;
      case SwitchOperation::min_float16:
        ASSAY_LOAD_REDUCED("min.v4.f16x2");
        break;
      case SwitchOperation::min_bfloat16:
        ASSAY_LOAD_REDUCED("min.v4.bf16x2");
        break;
      case SwitchOperation::max_float16:
        ASSAY_LOAD_REDUCED("max.v4.f16x2");
        break;
      case SwitchOperation::max_bfloat16:
        ASSAY_LOAD_REDUCED("max.v4.bf16x2");
        break;
    }
#undef ASSAY_LOAD_REDUCED
#else
    __trap();
#endif
    return sum;
  }
  static __device__ void store_to_all(std::byte* to, const Vector& vector) {
#if __CUDA_ARCH__ >= 900
    asm volatile("multimem.st.relaxed.sys.global.v4.f32 [%0], {%1, %2, %3, %4};" ::"l"(to),
                 "r"(vector.words[0]), "r"(vector.words[1]), "r"(vector.words[2]),
                 "r"(vector.words[3])
                 : "memory");
#else
    __trap();
#endif
  }
  static __device__ void order_aliases() { asm volatile("fence.proxy.alias;" ::: "memory"); }

  static __device__ std::uint64_t nanoseconds() {
    std::uint64_t now;
    asm volatile("mov.u64 %0, %%globaltimer;" : "=l"(now));
    return now;
  }
  /// A poll is slow enough.
  static __device__ void pause() {}
};

}  // namespace assay::collectives::device
