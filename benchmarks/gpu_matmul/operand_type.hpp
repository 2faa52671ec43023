#pragma once

#include <array>
#include <cstddef>
#include <string>
#include <string_view>

namespace assay::benchmarks::gpu_matmul {

/// What the operands are; sums and results are float32 throughout.
enum class OperandType {
  float32,
  tf32,  ///< float32 in memory, of which tensor cores read the first 11 bits of the significand
  float16,
  bfloat16,
  float8_e4m3,
};

struct OperandInfo {
  OperandType type;
  std::string_view name;        ///< in records and options
  std::string_view short_name;  ///< as nccl-tests say it
  std::size_t bytes;
  int largest;  ///< integer that random operands are drawn up to; all up to it are exact in the
                ///< type
};
inline constexpr std::array operand_types{
    OperandInfo{OperandType::float32, "float32", "float", 4, 127},
    OperandInfo{OperandType::tf32, "tf32", "tf32", 4, 127},
    OperandInfo{OperandType::float16, "float16", "half", 2, 127},
    OperandInfo{OperandType::bfloat16, "bfloat16", "bfloat16", 2, 127},
    OperandInfo{OperandType::float8_e4m3, "float8_e4m3", "f8e4m3", 1, 15},
};

[[nodiscard]] constexpr const OperandInfo& info(OperandType type) {
  return operand_types[static_cast<std::size_t>(type)];
}

/// Operands are integers times this power of two, which all of the types have as a normal number.
inline constexpr float operand_unit = 1.0F / 64;

/// Writes the element that stands for `integer`, `info(type).bytes` long.
void write_operand(OperandType type, int integer, void* to);

}  // namespace assay::benchmarks::gpu_matmul
