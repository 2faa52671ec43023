#pragma once

#include <string>
#include <vector>

#include "results/record.hpp"

namespace assay::benchmarks {

/// The reading of a matmul's record that says what its GPU can do in a clock (peak_flop_per_clock).
inline constexpr const char* peak_reading = "peak_flop_per_clock";

/// Adds to each record of one device, a GPU or a host's processors, what its sensors said beside it
/// (`telemetry`: records of one stage), and to one of matmul on a GPU the share of the peak at the
/// median SM clock, where both are known. The clock is of the whole stage, the pauses between runs
/// among it.
void add_sensors(std::vector<results::Record>& records,
                 const std::vector<results::Record>& telemetry);

/// Why a record of matmul on a GPU has no share of the peak; empty: it has one.
[[nodiscard]] std::string why_no_share_of_peak(const results::Record& record);

/// "MIG is on on n0 gpu1, ..." of those of an inventory; empty: of none.
[[nodiscard]] std::string mig_line(const std::vector<results::Record>& inventory);

}  // namespace assay::benchmarks
