#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "results/json_fields.hpp"

namespace assay::results {

/// What one way of doing a collective was found to cost (collectives/tuner.hpp). The JSON names are
/// the members' names.
struct CostFigures {
  struct Point {
    std::uint64_t size_bytes = 0;
    double median_s = 0;
  };
  /// First and last size of a range.
  struct Range {
    std::uint64_t from_bytes = 0;
    std::uint64_t to_bytes = 0;
  };
  std::string benchmark;  ///< all_reduce, ...
  std::string algorithm;
  std::string transport;
  std::string dtype;
  std::optional<std::string> op;
  int ranks = 1;
  std::optional<int> group;  ///< that measured, where ranks were split in several
  bool registered = false;
  double latency_s = 0;  ///< of a message
  std::optional<double> bandwidth_bytes_per_s;
  double reduction_s_per_byte = 0;
  double relative_error = 0;  ///< root mean square, of what the prices alone predict
  std::vector<Point> points;  ///< what was measured for it
  std::vector<Range> chosen;  ///< where it is what `auto` chooses, out of place
};

/// Throws  Error if a number is not finite.
[[nodiscard]] Json cost_json(const CostFigures& figures);
/// Throws  UsageError as FieldReader does.
[[nodiscard]] CostFigures read_cost(const FieldReader& fields);

}  // namespace assay::results
