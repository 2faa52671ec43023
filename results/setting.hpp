#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "results/record.hpp"

namespace assay::results {

/// One independent variable of a measurement: what was chosen, not what came out.
struct Setting {
  std::string_view name;  ///< the record's field
  std::string value;
  friend bool operator==(const Setting&, const Setting&) = default;
};

/// The independent variables of `record` that it states, in the order of its fields: benchmark,
/// implementation, ..., size_bytes, ranks, ..., and where it was measured. Repeats of a measurement
/// have equal settings.
[[nodiscard]] std::vector<Setting> settings_of(const Record& record);

/// Settings as one name: values that explain themselves stand alone, the others after their name:
/// "all_reduce/assay/ring/shared_memory/host/real/float32/sum/size_bytes:1048576/ranks:4".
[[nodiscard]] std::string setting_name(const std::vector<Setting>& settings);

}  // namespace assay::results
