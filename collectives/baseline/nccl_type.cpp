#include "collectives/baseline/nccl_type.hpp"

#include <bit>

#include "collectives/reduction/narrow_float.hpp"

namespace assay::collectives {

ncclDataType_t nccl_type(DataType type) {
  switch (type) {
    case DataType::int8:
      return ncclInt8;
    case DataType::uint8:
      return ncclUint8;
    case DataType::int32:
      return ncclInt32;
    case DataType::uint32:
      return ncclUint32;
    case DataType::int64:
      return ncclInt64;
    case DataType::uint64:
      return ncclUint64;
    case DataType::float16:
      return ncclFloat16;
    case DataType::float32:
      return ncclFloat32;
    case DataType::float64:
      return ncclFloat64;
    case DataType::bfloat16:
      return ncclBfloat16;
#if NCCL_VERSION_CODE >= NCCL_VERSION(2, 24, 0)
    case DataType::float8_e4m3:
      return ncclFloat8e4m3;
    case DataType::float8_e5m2:
      return ncclFloat8e5m2;
#else
    default:
      break;
#endif
  }
  throw UnavailableError{"NCCL before 2.24 has no float8"};
}

ncclRedOp_t nccl_operator(ReduceOp op) {
  switch (op) {
    case ReduceOp::prod:
      return ncclProd;
    case ReduceOp::max:
      return ncclMax;
    case ReduceOp::min:
      return ncclMin;
    case ReduceOp::avg:
      return ncclAvg;
    case ReduceOp::sum:
    case ReduceOp::mulsum:
      break;
  }
  return ncclSum;
}

std::uint64_t factor_bits(DataType type, int factor) {
  const auto value = static_cast<float>(factor);
  switch (type) {
    case DataType::float16:
      return reduction::Float16::narrow(value);
    case DataType::bfloat16:
      return reduction::Bfloat16::narrow(value);
    case DataType::float8_e4m3:
      return reduction::Float8E4m3::narrow(value);
    case DataType::float8_e5m2:
      return reduction::Float8E5m2::narrow(value);
    case DataType::float32:
      return std::bit_cast<std::uint32_t>(value);
    case DataType::float64:
      return std::bit_cast<std::uint64_t>(static_cast<double>(factor));
    default:
      return static_cast<std::uint64_t>(factor);
  }
}

}  // namespace assay::collectives
