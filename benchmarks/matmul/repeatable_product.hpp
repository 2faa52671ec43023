#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "benchmarks/buffer.hpp"
#include "benchmarks/matmul/blocked.hpp"
#include "benchmarks/matmul/shape.hpp"

namespace assay::benchmarks {

/// The bits of a product.
struct ProductBits {
  std::vector<std::uint32_t> elements;  ///< row by row
  std::uint64_t digest = 0;             ///< of all of them
};

/// A product that has the same bits on every processor that rounds alike (BlockedKernel::fused),
/// whatever its vectors: both ways of computing it sum in the order of k.
/// Data   uniformly random in [-1, 1), all 24 bits of each significand; the same on every rank.
class RepeatableProduct {
 public:
  explicit RepeatableProduct(const MatmulShape& shape);

  [[nodiscard]] const MatmulShape& shape() const { return shape_; }
  [[nodiscard]] const matmul::BlockedKernel& kernel() const { return kernel_; }

  /// By the blocked kernel. With `flip_a_bit` the lowest bit of one element is changed: for tests
  /// of Assay itself.
  [[nodiscard]] ProductBits multiply(bool flip_a_bit) const;
  /// By the plain loop, which shares neither instructions nor memory traffic with the kernel, and
  /// rounds as it does.
  /// Cost   some ten milliseconds for the default shape.
  [[nodiscard]] ProductBits multiply_plainly() const { return multiply_plainly(kernel_.fused); }
  /// `fused`: multiplication and addition are rounded together.
  [[nodiscard]] ProductBits multiply_plainly(bool fused) const;

  /// The operands, row by row.
  [[nodiscard]] std::span<const float> a() const {
    return {a_.as<float>(), shape_.rows * shape_.depth};
  }
  [[nodiscard]] std::span<const float> b() const {
    return {b_.as<float>(), shape_.depth * shape_.columns};
  }

 private:
  [[nodiscard]] ProductBits bits_of_result() const;

  MatmulShape shape_;
  matmul::BlockedKernel kernel_;
  Buffer a_;
  Buffer b_;
  Buffer c_;
  Buffer scratch_;
};

/// FNV-1a, 64 bits, of words in their order.
/// Source  RFC 9923.
[[nodiscard]] std::uint64_t digest_of(const std::vector<std::uint32_t>& words);

/// "0x3fc00000 (1.5)": the bits of an element, and what they mean.
[[nodiscard]] std::string shown_bits(std::uint32_t bits);

}  // namespace assay::benchmarks
