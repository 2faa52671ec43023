#include "benchmarks/gpu_matmul/repeated.hpp"

#include <gtest/gtest.h>

#include <cstring>
#include <stdexcept>

#include "benchmarks/gpu_matmul/problem.hpp"
#include "benchmarks/gpu_matmul/register_blocked.hpp"
#include "benchmarks/matmul/repeatable_product.hpp"

namespace assay::benchmarks::gpu_matmul {
namespace {

const std::vector<float> numbers{1, -2, 3, 0.5F, 1.00390625F, 6};  // 2 x 3; the fifth has 9 bits

TEST(OperandImage, TurnsAMatrixForKernelsThatReadColumns) {
  const auto image = operand_image(OperandType::float32, numbers, 2, 3, true);
  std::vector<float> found(numbers.size());
  std::memcpy(found.data(), image.data(), image.size());
  EXPECT_EQ(found, (std::vector<float>{1, 0.5F, -2, 1.00390625F, 3, 6}));
}

TEST(OperandImage, CutsBfloat16) {
  const auto image = operand_image(OperandType::bfloat16, numbers, 2, 3, false);
  std::vector<std::uint16_t> found(numbers.size());
  std::memcpy(found.data(), image.data(), image.size());
  EXPECT_EQ(found, (std::vector<std::uint16_t>{0x3f80, 0xc000, 0x4040, 0x3f00, 0x3f80, 0x40c0}));
}

TEST(OperandImage, KnowsNoOtherTypes) {
  EXPECT_THROW(static_cast<void>(operand_image(OperandType::float16, numbers, 2, 3, false)),
               std::invalid_argument);
}

/// The kernel whose bits are compared with a plain loop's, thread by thread on the host, where
/// multiplications and additions are rounded one after the other: that its sums are in the order of
/// k is what counts.
TEST(RegisterBlocked, SumsInTheOrderOfK) {
  using Kernel = RegisterBlocked;
  const MatmulShape shape{128, 256, 48};
  const RepeatableProduct product{shape};
  const auto a = operand_image(OperandType::float32, product.a(), shape.rows, shape.depth, false);
  const auto b = operand_image(OperandType::float32, product.b(), shape.depth, shape.columns, true);
  ProductBits bits;
  bits.elements.resize(shape.rows * shape.columns);
  const DeviceProduct arguments{static_cast<std::int32_t>(shape.rows),
                                static_cast<std::int32_t>(shape.columns),
                                static_cast<std::int32_t>(shape.depth),
                                place(a.data(), shape.rows, shape.depth, false, sizeof(float)),
                                place(b.data(), shape.depth, shape.columns, true, sizeof(float)),
                                reinterpret_cast<float*>(bits.elements.data()),
                                static_cast<std::int64_t>(shape.columns)};
  for (std::int32_t column = 0; column < arguments.columns; column += Kernel::tile_columns) {
    Kernel::Shared shared;
    std::vector<Kernel::Sums> sums(Kernel::threads, Kernel::Sums{});
    for (std::int32_t k = 0; k < arguments.depth; k += Kernel::tile_depth) {
      for (int thread = 0; thread < Kernel::threads; ++thread)
        Kernel::load(arguments, 0, column, k, thread, shared);
      for (int thread = 0; thread < Kernel::threads; ++thread)
        Kernel::multiply(shared, thread, sums[static_cast<std::size_t>(thread)]);
    }
    for (int thread = 0; thread < Kernel::threads; ++thread)
      Kernel::store(arguments, 0, column, thread, sums[static_cast<std::size_t>(thread)]);
  }
  EXPECT_EQ(digest_of(bits.elements), product.multiply_plainly(false).digest);
}

}  // namespace
}  // namespace assay::benchmarks::gpu_matmul
