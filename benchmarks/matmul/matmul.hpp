#pragma once

#include "benchmarks/device.hpp"
#include "benchmarks/matmul/shape.hpp"

namespace assay::benchmarks {

struct MatmulOptions {
  MatmulShape shape = default_shape;
  MatmulLayout layout;
  int threads = 1;  ///< one processor a rank: more would measure the other ranks
  // For tests of Assay itself:
  double slowdown = 0;   ///< every run takes 1/(1 - slowdown) of its time
  bool corrupt = false;  ///< one element is changed
};

/// Multiplication of float32 matrices: our blocked kernel beside OpenBLAS, on the same data (see
/// MatmulProblem), each result compared with the exact product.
/// Throws  std::bad_alloc, see `matmul_bytes`; UnavailableError where OpenBLAS cannot be loaded.
[[nodiscard]] DeviceKernels make_matmul_kernels(const MatmulOptions& options);

/// The memory that its kernels take.
[[nodiscard]] Bytes matmul_bytes(const MatmulOptions& options);

}  // namespace assay::benchmarks
