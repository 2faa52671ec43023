#include "benchmarks/gpu_matmul/cublaslt.hpp"

#include <fmt/format.h>

#include <limits>
#include <memory>
#include <vector>

#include "benchmarks/gpu_matmul/choice.hpp"
#include "core/native/cublaslt.hpp"

namespace assay::benchmarks::gpu_matmul {

namespace {

using native::check_cublaslt;
using native::check_cuda;
using native::CublasLt;

constexpr int most_algorithms = 32;

cudaDataType data_type(OperandType type) {
  switch (type) {
    case OperandType::float16:
      return CUDA_R_16F;
    case OperandType::bfloat16:
      return CUDA_R_16BF;
    case OperandType::float8_e4m3:
      return CUDA_R_8F_E4M3;
    default:
      return CUDA_R_32F;
  }
}

native::CublasLtLayout make_layout(cudaDataType type, std::int64_t rows, std::int64_t columns,
                                   std::int64_t step) {
  cublasLtMatrixLayout_t layout = nullptr;
  check_cublaslt(CublasLt::get().matrix_layout_create(
      &layout, type, static_cast<std::uint64_t>(rows), static_cast<std::uint64_t>(columns), step));
  return native::CublasLtLayout{layout};
}

/// cuBLAS counts by columns, so it is asked for c's transpose: b's times a's. What lies row by row
/// here already is the transpose there.
class Product {
 public:
  Product(OperandType type, const DeviceProduct& product, MatmulLayout layout)
      : type_{type},
        product_{product},
        b_{layout.b_by_columns
               ? make_layout(data_type(type), product.depth, product.columns, product.b.column_step)
               : make_layout(data_type(type), product.columns, product.depth, product.b.row_step)},
        a_{layout.a_by_columns
               ? make_layout(data_type(type), product.rows, product.depth, product.a.column_step)
               : make_layout(data_type(type), product.depth, product.rows, product.a.row_step)},
        c_{make_layout(CUDA_R_32F, product.columns, product.rows, product.c_row_step)},
        workspace_{native::allocate_device(cublaslt_workspace_bytes)} {
    const CublasLt& library = CublasLt::get();
    cublasLtHandle_t context = nullptr;
    check_cublaslt(library.create(&context));
    context_ = native::CublasLtContext{context};
    cublasLtMatmulDesc_t operation = nullptr;
    check_cublaslt(library.matmul_desc_create(
        &operation, type == OperandType::tf32 ? CUBLAS_COMPUTE_32F_FAST_TF32 : CUBLAS_COMPUTE_32F,
        CUDA_R_32F));
    operation_ = native::CublasLtOperation{operation};
    set_transposed(CUBLASLT_MATMUL_DESC_TRANSA, layout.b_by_columns);
    set_transposed(CUBLASLT_MATMUL_DESC_TRANSB, layout.a_by_columns);
  }

  /// Times each algorithm that the library proposes and keeps the quickest.
  void search(cudaStream_t stream) {
    const auto proposed = propose();
    float least = std::numeric_limits<float>::infinity();
    for (const auto& candidate : proposed) {
      const float milliseconds = time_of(candidate.algo, stream);
      if (milliseconds >= least) continue;
      least = milliseconds;
      algorithm_ = candidate.algo;
    }
    if (least == std::numeric_limits<float>::infinity())
      throw UnavailableError{
          fmt::format("cuBLASLt has no algorithm for a matmul of {} {}x{}x{} in this layout",
                      info(type_).name, product_.rows, product_.columns, product_.depth)};
  }

  cudaError_t start(cudaStream_t stream) const noexcept {
    return start(algorithm_, stream) == CUBLAS_STATUS_SUCCESS ? cudaSuccess
                                                              : cudaErrorLaunchFailure;
  }

 private:
  void set_transposed(cublasLtMatmulDescAttributes_t attribute, bool is_transposed) {
    const cublasOperation_t value = is_transposed ? CUBLAS_OP_T : CUBLAS_OP_N;
    check_cublaslt(CublasLt::get().matmul_desc_set_attribute(operation_.get(), attribute, &value,
                                                             sizeof value));
  }

  [[nodiscard]] std::vector<cublasLtMatmulHeuristicResult_t> propose() const {
    const CublasLt& library = CublasLt::get();
    cublasLtMatmulPreference_t created = nullptr;
    check_cublaslt(library.preference_create(&created));
    const native::CublasLtPreference preference{created};
    const std::size_t workspace = cublaslt_workspace_bytes;
    check_cublaslt(library.preference_set_attribute(
        preference.get(), CUBLASLT_MATMUL_PREF_MAX_WORKSPACE_BYTES, &workspace, sizeof workspace));
    std::vector<cublasLtMatmulHeuristicResult_t> results(most_algorithms);
    int count = 0;
    const cublasStatus_t status =
        library.get_heuristic(context_.get(), operation_.get(), b_.get(), a_.get(), c_.get(),
                              c_.get(), preference.get(), most_algorithms, results.data(), &count);
    if (status != CUBLAS_STATUS_NOT_SUPPORTED && status != CUBLAS_STATUS_INVALID_VALUE)
      check_cublaslt(status);
    results.resize(static_cast<std::size_t>(count));
    return results;
  }

  cublasStatus_t start(const cublasLtMatmulAlgo_t& algorithm, cudaStream_t stream) const noexcept {
    const float one = 1;
    const float nothing = 0;
    return CublasLt::get().matmul(context_.get(), operation_.get(), &one, product_.b.data, b_.get(),
                                  product_.a.data, a_.get(), &nothing, product_.c, c_.get(),
                                  product_.c, c_.get(), &algorithm, workspace_.get(),
                                  cublaslt_workspace_bytes, stream);
  }

  /// Of a run in the midst of some; infinite where it does not run.
  [[nodiscard]] float time_of(const cublasLtMatmulAlgo_t& algorithm, cudaStream_t stream) const {
    constexpr int runs = 5;
    const native::CudaEvent begin = make_event();
    const native::CudaEvent end = make_event();
    if (start(algorithm, stream) != CUBLAS_STATUS_SUCCESS)  // it may be loaded now
      return std::numeric_limits<float>::infinity();
    check_cuda(cudaEventRecord(begin.get(), stream));
    for (int run = 0; run < runs; ++run) check_cublaslt(start(algorithm, stream));
    check_cuda(cudaEventRecord(end.get(), stream));
    check_cuda(cudaEventSynchronize(end.get()));
    float milliseconds = 0;
    check_cuda(cudaEventElapsedTime(&milliseconds, begin.get(), end.get()));
    return milliseconds / runs;
  }

  static native::CudaEvent make_event() {
    cudaEvent_t event = nullptr;
    check_cuda(cudaEventCreate(&event));
    return native::CudaEvent{event};
  }

  OperandType type_;
  DeviceProduct product_;
  native::CublasLtLayout b_;
  native::CublasLtLayout a_;
  native::CublasLtLayout c_;
  native::DeviceMemory workspace_;
  native::CublasLtContext context_;
  native::CublasLtOperation operation_;
  cublasLtMatmulAlgo_t algorithm_{};
};

}  // namespace

std::string why_no_cublaslt() {
  const std::string& problem = CublasLt::problem();
  return problem.empty() ? "" : "cuBLASLt cannot be loaded: " + problem;
}

Launch prepare_cublaslt(OperandType type, const DeviceProduct& product, MatmulLayout layout,
                        cudaStream_t stream) {
  const auto prepared = std::make_shared<Product>(type, product, layout);
  prepared->search(stream);
  return [prepared](cudaStream_t on) { return prepared->start(on); };
}

}  // namespace assay::benchmarks::gpu_matmul
