#pragma once

namespace assay::benchmarks::gpu_memory {

/// The reading of a record of a GPU's memory that says what it could move at most.
inline constexpr const char* nominal_reading = "nominal_bytes_per_s";

/// What a memory of so many lines moves at its clock: two words in each cycle, as HBM and GDDR do.
/// 2619 MHz and 5120 lines of an H100 are its datasheet's 3350 GB/s.
[[nodiscard]] constexpr double nominal_bytes_per_s(int clock_kilohertz, int bus_bits) {
  constexpr double hertz_per_kilohertz = 1e3;
  constexpr double words_in_a_cycle = 2;
  constexpr double bits_in_a_byte = 8;
  return words_in_a_cycle * clock_kilohertz * hertz_per_kilohertz * bus_bits / bits_in_a_byte;
}

}  // namespace assay::benchmarks::gpu_memory
