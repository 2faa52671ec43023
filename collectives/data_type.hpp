#pragma once

#include <array>
#include <cstddef>
#include <string_view>

namespace assay::collectives {

enum class DataType { float32, float64, int32, int64 };
enum class ReduceOp { sum, max, min };

struct DataTypeInfo {
  DataType type;
  std::string_view name;       ///< in records and options
  std::string_view nccl_name;  ///< in the table, and accepted as an option
  std::size_t bytes;
};
inline constexpr std::array data_types{
    DataTypeInfo{DataType::float32, "float32", "float", 4},
    DataTypeInfo{DataType::float64, "float64", "double", 8},
    DataTypeInfo{DataType::int32, "int32", "int32", 4},
    DataTypeInfo{DataType::int64, "int64", "int64", 8},
};

struct ReduceOpInfo {
  ReduceOp op;
  std::string_view name;
};
inline constexpr std::array reduce_ops{
    ReduceOpInfo{ReduceOp::sum, "sum"},
    ReduceOpInfo{ReduceOp::max, "max"},
    ReduceOpInfo{ReduceOp::min, "min"},
};

[[nodiscard]] constexpr const DataTypeInfo& info(DataType type) {
  return data_types[static_cast<std::size_t>(type)];
}
[[nodiscard]] constexpr const ReduceOpInfo& info(ReduceOp op) {
  return reduce_ops[static_cast<std::size_t>(op)];
}

/// Reads a name as users write it: ours (`float32`) or nccl-tests' (`float`).
/// Throws  UsageError that lists the known names.
[[nodiscard]] DataType parse_data_type(std::string_view name);
[[nodiscard]] ReduceOp parse_reduce_op(std::string_view name);

}  // namespace assay::collectives
