#define ASSAY_VECTOR_BYTES 64

#include "benchmarks/matmul/blocked.hpp"
#include "benchmarks/matmul/blocked_kernel.hpp"

namespace assay::benchmarks::matmul {

void multiply_avx512(const Product& product) { multiply(product); }

}  // namespace assay::benchmarks::matmul
