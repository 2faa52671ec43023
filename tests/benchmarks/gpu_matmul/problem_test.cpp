#include "benchmarks/gpu_matmul/problem.hpp"

#include <bit>
#include <cmath>

#include "collectives/reduction/narrow_float.hpp"
#include "tests/benchmarks/gpu_matmul/host_product.hpp"

namespace assay::benchmarks::gpu_matmul {

namespace {

/// In float64, in whatever order.
void multiply_exactly(HostProduct& product) {
  const DeviceProduct p = product.arguments();
  for (std::int32_t row = 0; row < p.rows; ++row)
    for (std::int32_t column = 0; column < p.columns; ++column) {
      double sum = 0;
      for (std::int32_t k = 0; k < p.depth; ++k)
        sum += static_cast<double>(
                   static_cast<const float*>(p.a.data)[row * p.a.row_step + k * p.a.column_step]) *
               static_cast<double>(static_cast<const float*>(
                   p.b.data)[k * p.b.row_step + column * p.b.column_step]);
      p.c[row * p.c_row_step + column] = static_cast<float>(sum);
    }
}

TEST(GpuMatmulProblem, ExactProductsPassAndOneWrongElementIsFound) {
  for (const char* layout : {"nn", "nt", "tn", "tt"}) {
    HostProduct product{OperandType::float32, {7, 9, 33}, parse_layout(layout)};
    EXPECT_EQ(product.mismatch().count, 7U * 9U) << "nothing written";
    multiply_exactly(product);
    product.expect_right();
    product.at(3, 5) += result_unit;
    const Mismatch found = product.mismatch();
    EXPECT_EQ(found.count, 1U);
    EXPECT_EQ(found.offset, 3U * 9U + 5U);
  }
}

TEST(GpuMatmulProblem, ElementsThatCannotBeAreWrong) {
  HostProduct product{OperandType::float32, {4, 4, 8}, {}};
  multiply_exactly(product);
  product.at(0, 0) = std::nanf("");
  product.at(1, 1) = INFINITY;
  product.at(2, 2) += result_unit / 2;
  EXPECT_EQ(product.problem().wrong_rows(product.row_sums()), (std::vector<std::size_t>{0, 1, 2}));
  EXPECT_EQ(product.mismatch().count, 3U);
}

TEST(GpuMatmulProblem, Float8ResultsMayBeOffByTheirToleranceOnly) {
  HostProduct product{OperandType::float8_e4m3, {3, 5, 64}, parse_layout("nt")};
  const auto tolerance =
      static_cast<float>(element_tolerance(OperandType::float8_e4m3, 64)) * result_unit;
  ASSERT_GT(tolerance, 0);
  using Format = collectives::reduction::Float8E4m3;
  const DeviceProduct p = product.arguments();
  for (std::int32_t row = 0; row < p.rows; ++row)
    for (std::int32_t column = 0; column < p.columns; ++column) {
      float sum = 0;
      for (std::int32_t k = 0; k < p.depth; ++k)
        sum +=
            Format::widen(static_cast<const std::uint8_t*>(p.a.data)[row * p.a.row_step + k]) *
            Format::widen(static_cast<const std::uint8_t*>(p.b.data)[column * p.b.column_step + k]);
      p.c[row * p.c_row_step + column] = sum + tolerance / 2;
    }
  product.expect_right();
  product.at(1, 1) += 64 * tolerance;
  EXPECT_EQ(product.mismatch().count, 1U);
}

TEST(GpuMatmulProblem, OperandsAreIntegersThatEveryTypeHas) {
  for (const auto& type : operand_types)
    for (int integer = -type.largest; integer <= type.largest; ++integer) {
      std::uint32_t bits = 0;
      write_operand(type.type, integer, &bits);
      const auto half = static_cast<std::uint16_t>(bits);
      const float value =
          type.type == OperandType::float16    ? collectives::reduction::Float16::widen(half)
          : type.type == OperandType::bfloat16 ? collectives::reduction::Bfloat16::widen(half)
          : type.type == OperandType::float8_e4m3
              ? collectives::reduction::Float8E4m3::widen(static_cast<std::uint8_t>(bits))
              : std::bit_cast<float>(bits);
      EXPECT_EQ(value, static_cast<float>(integer) * operand_unit) << type.name;
      if (type.type == OperandType::tf32) {
        EXPECT_EQ(bits & 0x1fffU, 0U);  // 13 bits are not read
      }
    }
}

TEST(GpuMatmulProblem, SumsOfManyProductsStayWithinFloat32) {
  EXPECT_EQ(Problem::largest(OperandType::bfloat16, 8192), 127);
  EXPECT_EQ(Problem::largest(OperandType::float8_e4m3, 8192), 15);
  const double deep = Problem::largest(OperandType::float32, std::size_t{1} << 24);
  EXPECT_LT(8 * std::sqrt(16777216.0) * deep * (deep + 1) / 3, 16777216.0);
}

TEST(GpuMatmulProblem, LinesAreMultiplesOfSixteenBytes) {
  EXPECT_EQ(line_elements(1, 4), 4);
  EXPECT_EQ(line_elements(8, 2), 8);
  EXPECT_EQ(line_elements(17, 1), 32);
}

}  // namespace

}  // namespace assay::benchmarks::gpu_matmul
