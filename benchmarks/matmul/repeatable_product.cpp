#include "benchmarks/matmul/repeatable_product.hpp"

#include <fmt/format.h>

#include <bit>
#include <cmath>
#include <cstring>
#include <random>

namespace assay::benchmarks {

namespace {

void fill(const Buffer& matrix, std::size_t count, unsigned seed) {
  constexpr std::uint32_t values = std::uint32_t{1} << 24;
  constexpr float step = 2.0F / static_cast<float>(values);
  std::mt19937 random{seed};
  // Not std::uniform_real_distribution: libraries differ in how they make numbers of bits.
  for (std::size_t i = 0; i < count; ++i)
    matrix.as<float>()[i] = static_cast<float>(random() % values) * step - 1.0F;
}

}  // namespace

std::uint64_t digest_of(const std::vector<std::uint32_t>& words) {
  constexpr std::uint64_t offset_basis = 14695981039346656037ULL;
  constexpr std::uint64_t prime = 1099511628211ULL;
  std::uint64_t digest = offset_basis;
  for (const std::uint32_t word : words)
    for (const unsigned shift : {0U, 8U, 16U, 24U}) {
      digest ^= (word >> shift) & 0xFFU;
      digest *= prime;
    }
  return digest;
}

std::string shown_bits(std::uint32_t bits) {
  return fmt::format("{:#010x} ({:.9g})", bits, std::bit_cast<float>(bits));
}

RepeatableProduct::RepeatableProduct(const MatmulShape& shape)
    : shape_{shape},
      kernel_{matmul::best_kernel()},
      a_{shape.rows * shape.depth * sizeof(float)},
      b_{shape.depth * shape.columns * sizeof(float)},
      c_{shape.rows * shape.columns * sizeof(float)},
      scratch_{matmul::scratch_floats * sizeof(float)} {
  fill(a_, shape.rows * shape.depth, 1);
  fill(b_, shape.depth * shape.columns, 2);
}

ProductBits RepeatableProduct::multiply(bool flip_a_bit) const {
  constexpr int never_written = 0xFF;  // NaN
  std::memset(c_.data(), never_written, c_.bytes());
  kernel_.multiply({shape_.rows,
                    shape_.columns,
                    shape_.depth,
                    {a_.as<float>(), shape_.depth, 1},
                    {b_.as<float>(), shape_.columns, 1},
                    c_.as<float>(),
                    shape_.columns,
                    scratch_.as<float>()});
  if (flip_a_bit) {
    float& element = c_.as<float>()[shape_.rows / 2 * shape_.columns + shape_.columns / 3];
    element = std::bit_cast<float>(std::bit_cast<std::uint32_t>(element) ^ 1U);
  }
  return bits_of_result();
}

ProductBits RepeatableProduct::multiply_plainly(bool fused) const {
  const float* a = a_.as<float>();
  const float* b = b_.as<float>();
  float* c = c_.as<float>();
  for (std::size_t i = 0; i < shape_.rows; ++i) {
    float* row = c + i * shape_.columns;
    std::fill(row, row + shape_.columns, 0.0F);
    for (std::size_t k = 0; k < shape_.depth; ++k)
      for (std::size_t j = 0; j < shape_.columns; ++j) {
        const float left = a[i * shape_.depth + k];
        const float right = b[k * shape_.columns + j];
        row[j] = fused ? std::fma(left, right, row[j]) : row[j] + left * right;
      }
  }
  return bits_of_result();
}

ProductBits RepeatableProduct::bits_of_result() const {
  ProductBits bits;
  bits.elements.resize(shape_.rows * shape_.columns);
  std::memcpy(bits.elements.data(), c_.data(), c_.bytes());
  bits.digest = digest_of(bits.elements);
  return bits;
}

}  // namespace assay::benchmarks
