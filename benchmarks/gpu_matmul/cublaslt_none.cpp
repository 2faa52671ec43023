#include "benchmarks/gpu_matmul/cublaslt.hpp"
#include "core/error.hpp"

namespace assay::benchmarks::gpu_matmul {

std::string why_no_cublaslt() { return "cublaslt is not in this build: cublasLt.h was not found"; }

Launch prepare_cublaslt(OperandType, const DeviceProduct&, MatmulLayout, cudaStream_t) {
  throw UnavailableError{why_no_cublaslt()};
}

}  // namespace assay::benchmarks::gpu_matmul
