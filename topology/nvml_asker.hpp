#pragma once

#include <array>
#include <optional>
#include <string>

#include "core/native/nvml.hpp"
#include "topology/nvml.hpp"

namespace assay::topology {

/// Asks one GPU; says "no" alike where the library lacks a call and where the GPU lacks the thing.
class NvmlAsker {
 public:
  NvmlAsker(const Nvml& nvml, native::NvmlDevice device) : calls_{nvml.calls()}, device_{device} {}

  [[nodiscard]] const native::NvmlCalls& calls() const { return calls_; }
  template <class Call, class... Arguments>
  [[nodiscard]] native::NvmlStatus ask(Call call, Arguments... arguments) const {
    return call == nullptr ? native::NvmlStatus::not_supported : call(device_, arguments...);
  }
  /// The value that a call gives by its last argument.
  template <class Value, class Call, class... Arguments>
  [[nodiscard]] std::optional<Value> get(Call call, Arguments... arguments) const {
    Value value{};
    if (ask(call, arguments..., &value) != native::NvmlStatus::success) return std::nullopt;
    return value;
  }
  [[nodiscard]] std::string text(native::NvmlCalls::DeviceCall<char*, unsigned> call) const {
    std::array<char, native::nvml_text_length> text{};
    const auto length = static_cast<unsigned>(text.size());
    return ask(call, text.data(), length) == native::NvmlStatus::success ? text.data() : "";
  }

 private:
  const native::NvmlCalls& calls_;
  native::NvmlDevice device_;
};

}  // namespace assay::topology
