#pragma once

#include <cblas.h>
#include <dlfcn.h>

#include <string>
#include <type_traits>

#include "core/error.hpp"

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
    if (!library.problem_.empty())
      throw UnavailableError{"OpenBLAS cannot be loaded: " + library.problem_};
    return library;
  }
  /// Why it is not to be had; empty where it is.
  [[nodiscard]] static const std::string& problem() { return loaded().problem_; }

  decltype(&cblas_sgemm) sgemm = nullptr;
  decltype(&openblas_set_num_threads) set_num_threads = nullptr;
  decltype(&openblas_get_config) get_config = nullptr;

 private:
  OpenBlas() {
    // What it needs, where that lies beside an installed program: it does not look there itself.
    for (const char* needed : {"libquadmath.so.0", "libgfortran.so.5"})
      static_cast<void>(::dlopen(needed, RTLD_NOW | RTLD_GLOBAL));
    void* library = ::dlopen(file, RTLD_NOW | RTLD_LOCAL);  // for the life of the process
    if (library == nullptr) {
      problem_ = ::dlerror();
      return;
    }
    const auto find = [&](auto& function, const char* name) {
      void* address = ::dlsym(library, name);
      function = reinterpret_cast<std::remove_reference_t<decltype(function)>>(address);
      if (address == nullptr && problem_.empty()) problem_ = std::string{file} + " has no " + name;
    };
    find(sgemm, "cblas_sgemm");
    find(set_num_threads, "openblas_set_num_threads");
    find(get_config, "openblas_get_config");
  }

  [[nodiscard]] static const OpenBlas& loaded() {
    static const OpenBlas library;
    return library;
  }

  std::string problem_;
};

}  // namespace assay::native
