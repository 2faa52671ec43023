#include "benchmarks/matmul/shape.hpp"

#include <gmock/gmock.h>

#include <algorithm>
#include <limits>

#include "core/error.hpp"

namespace assay::benchmarks {
namespace {

TEST(ParseShapes, ReadsSquaresAndOthersAndLists) {
  EXPECT_EQ(parse_shapes("512"), (std::vector{MatmulShape{512, 512, 512}}));
  EXPECT_EQ(parse_shapes("300x200x77,1"),
            (std::vector{MatmulShape{300, 200, 77}, MatmulShape{1, 1, 1}}));
  EXPECT_EQ(name_of(MatmulShape{300, 200, 77}), "300x200x77");
}

TEST(ParseShapes, RefusesWhatIsNoShape) {
  for (const char* text : {"", "0", "-4", "4x-4x4", "4x0x4", "4x4", "4x4x4x4", "4x4x", "x4x4", "4,",
                           "4 4 4", "four", "99999999999", "4x4x16777217"})
    EXPECT_THROW(static_cast<void>(parse_shapes(text)), UsageError) << text;
}

TEST(ShapeSets, AreOfDifferentShapesAllOfWhichCanBeChecked) {
  const auto check = [](const auto& shapes) {
    for (const MatmulShape& shape : shapes) {
      EXPECT_EQ(std::ranges::count(shapes, shape), 1) << name_of(shape);
      EXPECT_EQ(parse_shapes(name_of(shape)), std::vector{shape});
    }
  };
  check(host_shapes);
  check(gpu_shapes);
  EXPECT_EQ(std::ranges::count(host_shapes, default_shape), 1);
}

TEST(ExactMagnitude, KeepsSumsWithinFloat32) {
  for (const std::size_t depth : {1UL, 512UL, 4227UL, 5000UL, 1000000UL, 1UL << 24}) {
    const auto largest = static_cast<std::size_t>(exact_magnitude(depth));
    EXPECT_GE(largest, 1u) << depth;
    EXPECT_LE(largest * largest * depth, std::size_t{1} << 24) << depth;
  }
}

TEST(MatrixBytes, CountsThreeMatricesAndNeverWrapsAround) {
  EXPECT_EQ(matrix_bytes({3, 4, 5}), Bytes{(15 + 20 + 12) * sizeof(float)});
  const std::size_t most = std::numeric_limits<int>::max();
  EXPECT_EQ(matrix_bytes({1U << 30U, 1U << 30U, 1}).value, (4ULL << 60U) + (8ULL << 30U));
  EXPECT_EQ(matrix_bytes({most, most, most}).value, std::numeric_limits<std::uint64_t>::max());
}

TEST(ParseLayout, KnowsFour) {
  for (const char* text : {"nn", "nt", "tn", "tt"}) EXPECT_EQ(name_of(parse_layout(text)), text);
  for (const char* text : {"", "n", "nnn", "nc", "NN"})
    EXPECT_THROW(static_cast<void>(parse_layout(text)), UsageError) << text;
}

}  // namespace
}  // namespace assay::benchmarks
