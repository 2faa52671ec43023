#include "benchmarks/gpu_matmul/repeated.hpp"

#include <bit>
#include <cstdint>
#include <cstring>
#include <stdexcept>

namespace assay::benchmarks::gpu_matmul {

std::vector<std::byte> operand_image(OperandType type, std::span<const float> numbers,
                                     std::size_t rows, std::size_t columns, bool by_columns) {
  if (type != OperandType::float32 && type != OperandType::bfloat16)
    throw std::invalid_argument{"operand_image is of float32 and bfloat16"};
  constexpr unsigned lower_half = 16;
  const std::size_t bytes = info(type).bytes;
  std::vector<std::byte> image(rows * columns * bytes);
  for (std::size_t row = 0; row < rows; ++row)
    for (std::size_t column = 0; column < columns; ++column) {
      const auto bits = std::bit_cast<std::uint32_t>(numbers[row * columns + column]);
      const std::size_t at = by_columns ? column * rows + row : row * columns + column;
      if (type == OperandType::float32) {
        std::memcpy(&image[at * bytes], &bits, bytes);
      } else {
        const auto upper = static_cast<std::uint16_t>(bits >> lower_half);
        std::memcpy(&image[at * bytes], &upper, bytes);
      }
    }
  return image;
}

}  // namespace assay::benchmarks::gpu_matmul
