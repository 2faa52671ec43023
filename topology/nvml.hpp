#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/handle.hpp"
#include "core/native/nvml.hpp"

namespace assay::topology {

/// NVIDIA's management library, loaded and initialised. It may be of any version: calls that it
/// lacks are null (native::NvmlCalls), and `missing` names them.
class Nvml {
 public:
  /// Loads `libnvidia-ml.so.1` by the loader's search path.
  /// Returns  none where it cannot be loaded or initialised; `why_not` then says why.
  [[nodiscard]] static std::optional<Nvml> open(std::string& why_not);
  ~Nvml();
  Nvml(Nvml&& other) noexcept;
  Nvml& operator=(Nvml&& other) noexcept;

  [[nodiscard]] const native::NvmlCalls& calls() const noexcept { return calls_; }
  /// Names of the calls that this version lacks.
  [[nodiscard]] const std::vector<std::string>& missing() const noexcept { return missing_; }
  [[nodiscard]] std::string driver() const;
  [[nodiscard]] std::string version() const;
  /// All GPUs, by the library's index; one that cannot be had any more is null.
  [[nodiscard]] std::vector<native::NvmlDevice> devices() const;
  /// What a status means.
  [[nodiscard]] std::string meaning(native::NvmlStatus status) const;

 private:
  struct LibraryTraits {
    using Native = void*;
    static Native null() noexcept { return nullptr; }
    static void destroy(Native native) noexcept;
  };
  using Library = Handle<LibraryTraits>;

  explicit Nvml(Library library) noexcept : library_{std::move(library)} {}

  Library library_;
  native::NvmlCalls calls_;
  std::vector<std::string> missing_;
  bool initialised_ = false;
};

}  // namespace assay::topology
