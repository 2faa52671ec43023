#pragma once

#include <cblas.h>

#include <string>

#include "core/error.hpp"
#include "core/native/shared_library.hpp"

namespace assay::native {

/// OpenBLAS, from the library that is found when the program runs: it starts a thread for each
/// processor as it is loaded, unless the environment says otherwise. They spin for a while, and in
/// a verb that multiplies nothing one was seen to crash.
class OpenBlas {
 public:
  static constexpr const char* file = "libopenblas.so.0";

  /// Loads the library, once a process.
  /// Throws  UnavailableError where it is not to be had.
  [[nodiscard]] static const OpenBlas& get() {
    const OpenBlas& library = loaded();
    if (!library.library_.problem().empty())
      throw UnavailableError{"OpenBLAS cannot be loaded: " + library.library_.problem()};
    return library;
  }
  /// Why it is not to be had; empty where it is.
  [[nodiscard]] static const std::string& problem() { return loaded().library_.problem(); }

  decltype(&cblas_sgemm) sgemm = nullptr;
  decltype(&openblas_set_num_threads) set_num_threads = nullptr;
  decltype(&openblas_get_config) get_config = nullptr;

 private:
  OpenBlas() {
    library_.find(sgemm, "cblas_sgemm");
    library_.find(set_num_threads, "openblas_set_num_threads");
    library_.find(get_config, "openblas_get_config");
  }

  [[nodiscard]] static const OpenBlas& loaded() {
    static const OpenBlas library;
    return library;
  }

  // What it needs, where that lies beside an installed program: it does not look there itself.
  SharedLibrary quadmath_{"libquadmath.so.0"};
  SharedLibrary gfortran_{"libgfortran.so.5"};
  SharedLibrary library_{file};
};

}  // namespace assay::native
