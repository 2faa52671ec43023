#pragma once

#include <string>

namespace assay::results {

/// A value as people read it: "12.3 GB/s" for 1.23e10 bytes_per_s, "86.1 GFLOP/s", "4.20 us".
/// Units it does not know stand after the plain number.
[[nodiscard]] std::string quantity(double value, const std::string& unit);

/// True where a smaller value is the better one: times, wrong elements, losses.
[[nodiscard]] bool less_is_better(const std::string& unit);

}  // namespace assay::results
