#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "benchmarks/tuning.hpp"
#include "core/units.hpp"

namespace assay::cli {

/// "# auto: up to 2048 B one_shot, up to 1048576 B ring, above pull" and a newline; "# auto in
/// group 2: ..." where it is one of several.
[[nodiscard]] std::string choices_line(const benchmarks::Tuning& tuning, std::optional<int> group);

/// What one way took at one size.
struct ModelRow {
  Bytes size;
  std::size_t way = 0;
  Seconds measured;
};

/// Each way's prices, then predicted beside measured times, every line a comment to those who parse
/// nccl-tests' tables. On rank 0 of the group. Rows of one size follow each other.
[[nodiscard]] std::string model_table(const benchmarks::Tuning& tuning,
                                      const std::vector<ModelRow>& rows, std::optional<int> group);

}  // namespace assay::cli
