#include "benchmarks/gpu_matmul/operand_type.hpp"

#include <cstring>

#include "collectives/reduction/narrow_float.hpp"

namespace assay::benchmarks::gpu_matmul {

namespace {

template <class Format>
void put(float value, void* to) {
  typename Format::Stored stored{};
  Format::put(value, stored);
  std::memcpy(to, &stored, sizeof stored);
}

}  // namespace

void write_operand(OperandType type, int integer, void* to) {
  const float value = static_cast<float>(integer) * operand_unit;
  switch (type) {
    case OperandType::float32:
    case OperandType::tf32:
      std::memcpy(to, &value, sizeof value);
      return;
    case OperandType::float16:
      return put<collectives::reduction::Float16>(value, to);
    case OperandType::bfloat16:
      return put<collectives::reduction::Bfloat16>(value, to);
    case OperandType::float8_e4m3:
      return put<collectives::reduction::Float8E4m3>(value, to);
  }
}

}  // namespace assay::benchmarks::gpu_matmul
