#pragma once

#include <cublasLt.h>

#include <source_location>
#include <string>

#include "core/error.hpp"
#include "core/handle.hpp"
#include "core/native/shared_library.hpp"

namespace assay::native {

/// cuBLASLt's functions, from the library that is found when the program runs: so it runs without
/// one.
class CublasLt {
 public:
  /// Of the major version that this was built for.
  [[nodiscard]] static std::string file() {
    return "libcublasLt.so." + std::to_string(CUBLAS_VER_MAJOR);
  }

  /// Loads the library, once a process.
  /// Throws  UnavailableError where it is not to be had.
  [[nodiscard]] static const CublasLt& get() {
    const CublasLt& library = loaded();
    if (!library.library_.problem().empty())
      throw UnavailableError{"cuBLASLt cannot be loaded: " + library.library_.problem()};
    return library;
  }
  /// Why it is not to be had; empty where it is.
  [[nodiscard]] static const std::string& problem() { return loaded().library_.problem(); }

  decltype(&cublasLtCreate) create = nullptr;
  decltype(&cublasLtDestroy) destroy = nullptr;
  decltype(&cublasLtGetStatusString) get_status_string = nullptr;
  decltype(&cublasLtMatmulDescCreate) matmul_desc_create = nullptr;
  decltype(&cublasLtMatmulDescDestroy) matmul_desc_destroy = nullptr;
  decltype(&cublasLtMatmulDescSetAttribute) matmul_desc_set_attribute = nullptr;
  decltype(&cublasLtMatrixLayoutCreate) matrix_layout_create = nullptr;
  decltype(&cublasLtMatrixLayoutDestroy) matrix_layout_destroy = nullptr;
  decltype(&cublasLtMatmulPreferenceCreate) preference_create = nullptr;
  decltype(&cublasLtMatmulPreferenceDestroy) preference_destroy = nullptr;
  decltype(&cublasLtMatmulPreferenceSetAttribute) preference_set_attribute = nullptr;
  decltype(&cublasLtMatmulAlgoGetHeuristic) get_heuristic = nullptr;
  decltype(&cublasLtMatmul) matmul = nullptr;

 private:
  CublasLt() {
    library_.find(create, "cublasLtCreate");
    library_.find(destroy, "cublasLtDestroy");
    library_.find(get_status_string, "cublasLtGetStatusString");
    library_.find(matmul_desc_create, "cublasLtMatmulDescCreate");
    library_.find(matmul_desc_destroy, "cublasLtMatmulDescDestroy");
    library_.find(matmul_desc_set_attribute, "cublasLtMatmulDescSetAttribute");
    library_.find(matrix_layout_create, "cublasLtMatrixLayoutCreate");
    library_.find(matrix_layout_destroy, "cublasLtMatrixLayoutDestroy");
    library_.find(preference_create, "cublasLtMatmulPreferenceCreate");
    library_.find(preference_destroy, "cublasLtMatmulPreferenceDestroy");
    library_.find(preference_set_attribute, "cublasLtMatmulPreferenceSetAttribute");
    library_.find(get_heuristic, "cublasLtMatmulAlgoGetHeuristic");
    library_.find(matmul, "cublasLtMatmul");
  }
  [[nodiscard]] static const CublasLt& loaded() {
    static const CublasLt library;
    return library;
  }

  SharedLibrary library_{file()};
};

/// Throws Error{"cuBLASLt", ...} with exit code 2 unless `status` is CUBLAS_STATUS_SUCCESS.
inline void check_cublaslt(cublasStatus_t status,
                           std::source_location where = std::source_location::current()) {
  if (status == CUBLAS_STATUS_SUCCESS) return;
  throw Error{"cuBLASLt", status, CublasLt::get().get_status_string(status), where, ExitCode::cuda};
}

struct CublasLtContextTraits {
  using Native = cublasLtHandle_t;
  static Native null() noexcept { return nullptr; }
  static void destroy(Native native) noexcept { CublasLt::get().destroy(native); }
};
using CublasLtContext = Handle<CublasLtContextTraits>;

struct CublasLtOperationTraits {
  using Native = cublasLtMatmulDesc_t;
  static Native null() noexcept { return nullptr; }
  static void destroy(Native native) noexcept { CublasLt::get().matmul_desc_destroy(native); }
};
using CublasLtOperation = Handle<CublasLtOperationTraits>;

struct CublasLtLayoutTraits {
  using Native = cublasLtMatrixLayout_t;
  static Native null() noexcept { return nullptr; }
  static void destroy(Native native) noexcept { CublasLt::get().matrix_layout_destroy(native); }
};
using CublasLtLayout = Handle<CublasLtLayoutTraits>;

struct CublasLtPreferenceTraits {
  using Native = cublasLtMatmulPreference_t;
  static Native null() noexcept { return nullptr; }
  static void destroy(Native native) noexcept { CublasLt::get().preference_destroy(native); }
};
using CublasLtPreference = Handle<CublasLtPreferenceTraits>;

}  // namespace assay::native
