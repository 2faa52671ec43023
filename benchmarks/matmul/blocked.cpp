#include "benchmarks/matmul/blocked.hpp"

namespace assay::benchmarks::matmul {

Multiply best_multiply() {
#if defined(__x86_64__)
  if (__builtin_cpu_supports("avx512f")) return multiply_avx512;
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) return multiply_avx2;
#endif
  return multiply_baseline;
}

}  // namespace assay::benchmarks::matmul
