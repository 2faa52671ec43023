#include "benchmarks/matmul/blocked.hpp"

namespace assay::benchmarks::matmul {

BlockedKernel best_kernel() {
#if defined(__x86_64__)
  if (__builtin_cpu_supports("avx512f")) return {"avx512", multiply_avx512, true};
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"))
    return {"avx2", multiply_avx2, true};
  return {"baseline", multiply_baseline, false};
#else
  // Other processors' compilers fuse where the processor can, and say so.
#if defined(__FP_FAST_FMAF)
  return {"baseline", multiply_baseline, true};
#else
  return {"baseline", multiply_baseline, false};
#endif
#endif
}

}  // namespace assay::benchmarks::matmul
