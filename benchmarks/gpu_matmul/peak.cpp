#include "benchmarks/gpu_matmul/peak.hpp"

#include <algorithm>
#include <array>

namespace assay::benchmarks::gpu_matmul {

namespace {

/// Of one multiprocessor; 0: it has none.
struct Peak {
  Capability capability;
  int float32;
  int tf32;
  int float16;  ///< and bfloat16
  int float8;
};
constexpr std::array peaks{Peak{{8, 0}, 128, 1024, 2048, 0}, Peak{{9, 0}, 256, 2048, 4096, 8192},
                           Peak{{10, 0}, 256, 4096, 8192, 16384}};

int of_type(const Peak& peak, OperandType type) {
  switch (type) {
    case OperandType::float32:
      return peak.float32;
    case OperandType::tf32:
      return peak.tf32;
    case OperandType::float8_e4m3:
      return peak.float8;
    default:
      return peak.float16;
  }
}

}  // namespace

std::optional<double> peak_flop_per_clock(OperandType type, Capability capability,
                                          int multiprocessors) {
  const auto peak = std::ranges::find(peaks, capability, &Peak::capability);
  if (peak == peaks.end() || of_type(*peak, type) == 0) return std::nullopt;
  return static_cast<double>(of_type(*peak, type)) * multiprocessors;
}

}  // namespace assay::benchmarks::gpu_matmul
