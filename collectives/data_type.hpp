#pragma once

#include <array>
#include <cstddef>
#include <string_view>

namespace assay::collectives {

/// Element types, in nccl-tests' order.
enum class DataType {
  int8,
  uint8,
  int32,
  uint32,
  int64,
  uint64,
  float16,
  float32,
  float64,
  bfloat16,
  float8_e4m3,  ///< no infinities; what is beyond 448 becomes 448, as in CUDA's conversion
  float8_e5m2,  ///< what is beyond 57344 becomes 57344, as in CUDA's conversion
};
/// Sums of integers wrap around.
enum class ReduceOp {
  sum,
  prod,
  max,
  min,
  avg,     ///< the sum divided by the number of ranks; of integers towards zero
  mulsum,  ///< the sum of each input multiplied by its rank's factor (NCCL: PreMulSum)
};

struct DataTypeInfo {
  DataType type;
  std::string_view name;       ///< in records and options
  std::string_view nccl_name;  ///< in the table, and accepted as an option
  std::size_t bytes;
  int significand_bits;  ///< of a floating type, the hidden one included; 0: an integer
};
inline constexpr std::array data_types{
    DataTypeInfo{DataType::int8, "int8", "int8", 1, 0},
    DataTypeInfo{DataType::uint8, "uint8", "uint8", 1, 0},
    DataTypeInfo{DataType::int32, "int32", "int32", 4, 0},
    DataTypeInfo{DataType::uint32, "uint32", "uint32", 4, 0},
    DataTypeInfo{DataType::int64, "int64", "int64", 8, 0},
    DataTypeInfo{DataType::uint64, "uint64", "uint64", 8, 0},
    DataTypeInfo{DataType::float16, "float16", "half", 2, 11},
    DataTypeInfo{DataType::float32, "float32", "float", 4, 24},
    DataTypeInfo{DataType::float64, "float64", "double", 8, 53},
    DataTypeInfo{DataType::bfloat16, "bfloat16", "bfloat16", 2, 8},
    DataTypeInfo{DataType::float8_e4m3, "float8_e4m3", "f8e4m3", 1, 4},
    DataTypeInfo{DataType::float8_e5m2, "float8_e5m2", "f8e5m2", 1, 3},
};

struct ReduceOpInfo {
  ReduceOp op;
  std::string_view name;
};
inline constexpr std::array reduce_ops{
    ReduceOpInfo{ReduceOp::sum, "sum"}, ReduceOpInfo{ReduceOp::prod, "prod"},
    ReduceOpInfo{ReduceOp::max, "max"}, ReduceOpInfo{ReduceOp::min, "min"},
    ReduceOpInfo{ReduceOp::avg, "avg"}, ReduceOpInfo{ReduceOp::mulsum, "mulsum"},
};

[[nodiscard]] constexpr const DataTypeInfo& info(DataType type) {
  return data_types[static_cast<std::size_t>(type)];
}
[[nodiscard]] constexpr const ReduceOpInfo& info(ReduceOp op) {
  return reduce_ops[static_cast<std::size_t>(op)];
}

/// The factor by which mulsum multiplies a rank's input: 1 or 2, so that products are exact.
[[nodiscard]] constexpr int mulsum_factor(int rank) { return 1 + rank % 2; }

/// Reads a name as users write it: ours (`float32`) or nccl-tests' (`float`).
/// Throws  UsageError that lists the known names.
[[nodiscard]] DataType parse_data_type(std::string_view name);
[[nodiscard]] ReduceOp parse_reduce_op(std::string_view name);

}  // namespace assay::collectives
