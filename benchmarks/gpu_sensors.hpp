#pragma once

#include <vector>

#include "results/record.hpp"

namespace assay::benchmarks {

/// The reading of a matmul's record that says what its GPU can do in a clock (peak_flop_per_clock).
inline constexpr const char* peak_reading = "peak_flop_per_clock";

/// Adds to each record of a GPU what that GPU's sensors said beside it (`telemetry`: records of one
/// stage), and to one of matmul the share of the peak at the median SM clock, where both are known.
/// The clock is of the whole stage, the pauses between runs among it.
void add_sensors(std::vector<results::Record>& records,
                 const std::vector<results::Record>& telemetry);

}  // namespace assay::benchmarks
