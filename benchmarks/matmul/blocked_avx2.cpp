#define ASSAY_VECTOR_BYTES 32

#include "benchmarks/matmul/blocked.hpp"
#include "benchmarks/matmul/blocked_kernel.hpp"

namespace assay::benchmarks::matmul {

void multiply_avx2(const float* a, const float* b, float* c, size_t n) { multiply(a, b, c, n); }

}  // namespace assay::benchmarks::matmul
