#pragma once

#include <dlfcn.h>

#include <string>
#include <utility>

namespace assay::native {

/// A library that is found when the program runs, so that it runs without one. It stays for the
/// life of the process.
class SharedLibrary {
 public:
  /// `hint` follows the name of a function that is missing: ": it is too old; 2.19 will do".
  explicit SharedLibrary(std::string file, std::string hint = {})
      : file_{std::move(file)},
        hint_{std::move(hint)},
        library_{::dlopen(file_.c_str(), RTLD_NOW | RTLD_LOCAL)} {
    if (library_ == nullptr) problem_ = ::dlerror();
  }

  /// Sets a pointer to the function of that name; null, and a problem, where there is none.
  template <class Function>
  void find(Function& function, const char* name) {
    find_optional(function, name);
    if (function == nullptr && problem_.empty()) problem_ = file_ + " has no " + name + hint_;
  }
  /// The same without a problem.
  template <class Function>
  void find_optional(Function& function, const char* name) {
    function = library_ == nullptr ? nullptr : reinterpret_cast<Function>(::dlsym(library_, name));
  }

  /// Why it is of no use; empty where it is.
  [[nodiscard]] const std::string& problem() const { return problem_; }

 private:
  std::string file_;
  std::string hint_;
  void* library_;
  std::string problem_;
};

}  // namespace assay::native
