#pragma once

#include <cblas.h>
#include <dlfcn.h>

#include <cstdlib>
#include <string>
#include <type_traits>

#include "core/error.hpp"

namespace assay::native {

/// OpenBLAS, from the library that is found when the program runs, without threads of its own until
/// it is told to have some. Linked, it would start one for each processor as every rank begins, and
/// in verbs that multiply nothing: they spin for a while, and one was seen to crash as the program
/// ended.
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
    void* library = load_without_threads();  // for the life of the process
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

  /// Leaves what the user set, and the environment as it was.
  static void* load_without_threads() {
    constexpr const char* threads = "OPENBLAS_NUM_THREADS";
    const bool is_set = std::getenv(threads) != nullptr;
    if (!is_set) ::setenv(threads, "1", 0);
    void* library = ::dlopen(file, RTLD_NOW | RTLD_LOCAL);
    if (!is_set) ::unsetenv(threads);
    return library;
  }

  [[nodiscard]] static const OpenBlas& loaded() {
    static const OpenBlas library;
    return library;
  }

  std::string problem_;
};

}  // namespace assay::native
