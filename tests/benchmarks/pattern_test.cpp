#include "benchmarks/pattern.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <cstring>
#include <string>
#include <vector>

#include "benchmarks/pattern/number_plan.hpp"
#include "collectives/reduction.hpp"
#include "tests/benchmarks/naive_collective.hpp"
#include "tests/collectives/sample_weights.hpp"

namespace assay::benchmarks {
namespace {

using collectives::DataType;
using collectives::Operation;
using collectives::OperationInfo;
using collectives::ReduceOp;
using Buffer = NaiveCollective::Buffer;

std::string description(const PatternShape& shape) {
  return std::string{info(shape.operation).name} + " " + std::string{info(shape.type).name} + " " +
         std::string{info(shape.op).name} + " of " + std::to_string(shape.ranks);
}

/// Calls `test` for every operation, type and, where it matters, reduction or weights.
template <class Test>
void for_each_shape(int ranks, Test test) {
  for (const OperationInfo& operation : collectives::operations) {
    for (const auto& type : collectives::data_types) {
      for (const auto& op : collectives::reduce_ops) {
        if (!operation.reduces && op.op != ReduceOp::sum) continue;
        for (const auto& weights : collectives::sample_weights(operation, ranks)) {
          const PatternShape shape{operation.operation, type.type, op.op, 0, ranks,
                                   ranks - 1,           weights};
          SCOPED_TRACE(description(shape));
          test(shape);
          if (testing::Test::HasFatalFailure()) return;
        }
      }
    }
  }
}

class Patterns : public testing::TestWithParam<int> {};
INSTANTIATE_TEST_SUITE_P(Ranks, Patterns, testing::Values(1, 2, 3, 8),
                         [](const auto& tested) { return std::to_string(tested.param); });

TEST_P(Patterns, ExpectWhatTheOperationPromisesInAnyOrder) {
  for_each_shape(GetParam(), [](const PatternShape& shape) {
    const NaiveCollective collective{shape};
    const bool is_exact = plan_numbers(shape).bound == 0.0;
    for (const std::uint64_t sample : {0, 5, 1000}) {
      const auto outputs = collective.outputs(sample);
      const auto backwards = collective.outputs(sample, true);
      if (is_exact) {
        ASSERT_EQ(outputs, backwards);
      }
      for (int rank = 0; rank < shape.ranks; ++rank) {
        for (const auto* all : {&outputs, &backwards}) {
          const auto mismatch =
              collective.check(rank, (*all)[static_cast<std::size_t>(rank)], sample);
          ASSERT_FALSE(mismatch.has_value())
              << "rank " << rank << ", element " << mismatch->offset << ": expected "
              << mismatch->expected << ", found " << mismatch->found;
        }
      }
    }
  });
}

/// Of `whole` elements that are all wrong some are right by chance: of types and operations of few
/// values, many.
void expect_caught(const PatternShape& shape, const std::optional<Mismatch>& mismatch,
                   std::size_t whole) {
  ASSERT_TRUE(mismatch.has_value());
  const bool is_wide = info(shape.type).bytes >= 4;
  const bool is_product = info(shape.operation).reduces && shape.op == ReduceOp::prod;
  if (is_wide && !is_product) {
    EXPECT_GT(mismatch->count, whole * 98 / 100);
  } else {
    EXPECT_GT(mismatch->count, whole / 10);
  }
}

TEST_P(Patterns, CatchStaleOutputs) {
  for_each_shape(GetParam(), [](const PatternShape& shape) {
    const NaiveCollective collective{shape};
    const auto stale = collective.outputs(6);
    for (int rank = 0; rank < shape.ranks; ++rank) {
      const Buffer& output = stale[static_cast<std::size_t>(rank)];
      if (output.empty()) continue;
      if (shape.operation == Operation::transfer && rank == shape.root) continue;
      ASSERT_NO_FATAL_FAILURE(expect_caught(shape, collective.check(rank, output, 7),
                                            output.size() / info(shape.type).bytes));
    }
  });
}

using PatternsOfSeveral = Patterns;
INSTANTIATE_TEST_SUITE_P(Ranks, PatternsOfSeveral, testing::Values(2, 3, 8),
                         [](const auto& tested) { return std::to_string(tested.param); });

TEST_P(PatternsOfSeveral, CatchBlocksInEachOthersPlaces) {
  for_each_shape(GetParam(), [](const PatternShape& shape) {
    if (!shape.weights.are_equal()) return;  // their blocks cannot change places
    const NaiveCollective collective{shape};
    const auto outputs = collective.outputs(3);
    const std::size_t bytes = collective.block_bytes();
    Buffer swapped = outputs.back();  // the root's
    if (swapped.size() > bytes) {
      std::swap_ranges(swapped.begin(), swapped.begin() + static_cast<std::ptrdiff_t>(bytes),
                       swapped.begin() + static_cast<std::ptrdiff_t>(bytes));
    } else if (shape.operation == Operation::reduce_scatter ||
               shape.operation == Operation::scatter || shape.operation == Operation::send_recv) {
      swapped = outputs.front();  // another rank's part
    } else {
      return;
    }
    const auto mismatch = collective.check(shape.ranks - 1, swapped, 3);
    expect_caught(shape, mismatch, std::min(swapped.size(), 2 * bytes) / info(shape.type).bytes);
  });
}

TEST_P(Patterns, CatchOneWrongElement) {
  for_each_shape(GetParam(), [](const PatternShape& shape) {
    if (plan_numbers(shape).bound > 0.0) return;  // may be within the bound
    const NaiveCollective collective{shape};
    Buffer output = collective.outputs(2).back();
    if (shape.operation == Operation::transfer) return;  // the last rank is the sender
    if (output.empty()) return;                          // of weights
    const std::size_t last = output.size() / info(shape.type).bytes - 1;
    output[last * info(shape.type).bytes] ^= std::byte{1};  // the least bit
    const auto mismatch = collective.check(shape.ranks - 1, output, 2);
    ASSERT_TRUE(mismatch.has_value());
    EXPECT_EQ(mismatch->count, 1u);
    EXPECT_EQ(mismatch->offset, last);
    EXPECT_NE(mismatch->expected, mismatch->found);
  });
}

/// More ranks than narrow types have bits for: int8 must not wrap around, no float overflow.
TEST(Pattern, IsExactOrBoundedForManyRanks) {
  constexpr int ranks = 300;
  constexpr std::size_t few = 40;
  for (const auto& type : collectives::data_types) {
    for (const auto& op : collectives::reduce_ops) {
      PatternShape shape{Operation::reduce, type.type, op.op, 0, ranks, 0};
      SCOPED_TRACE(description(shape));
      const auto& arithmetic = find_reduction(type.type, op.op);
      const Pattern root{shape, few};
      Buffer total(few * type.bytes);
      root.fill(total.data(), few, 9);
      for (shape.rank = 1; shape.rank < ranks; ++shape.rank) {
        Buffer input(few * type.bytes);
        Pattern{shape, few}.fill(input.data(), few, 9);
        if (op.op == ReduceOp::mulsum)
          arithmetic.multiply(input.data(), input.data(), collectives::mulsum_factor(shape.rank),
                              few);
        arithmetic.reduce(total.data(), total.data(), input.data(), few);
      }
      if (op.op == ReduceOp::avg) arithmetic.divide(total.data(), total.data(), ranks, few);
      EXPECT_FALSE(root.check(total.data(), few, 9).has_value());
      const Buffer zeros(few * type.bytes);
      if (op.op == ReduceOp::avg && type.bytes == 1 && type.significand_bits == 0)
        continue;  // below 1: zeros are right
      EXPECT_TRUE(root.check(zeros.data(), few, 9).has_value());
    }
  }
}

TEST(Pattern, NamesTheFirstWrongElement) {
  const Pattern pattern{{}, 100};
  std::vector<float> result(100);
  pattern.fill(result.data(), 100, 0);
  const float right = result[42];
  result[42] = std::nextafter(right, 2.0F);
  result[43] += 1;
  const auto mismatch = pattern.check(result.data(), 100, 0);
  ASSERT_TRUE(mismatch.has_value());
  EXPECT_EQ(mismatch->count, 2u);
  EXPECT_EQ(mismatch->offset, 42u);
  EXPECT_EQ(std::stof(mismatch->expected), right);
  EXPECT_EQ(std::stof(mismatch->found), result[42]);
}

TEST(Pattern, RefusesNaN) {
  const Pattern pattern{{.type = DataType::float8_e5m2, .rank = 0, .ranks = 4}, 10};
  const std::vector<std::uint8_t> result(10, 0x7f);
  const auto mismatch = pattern.check(result.data(), 10, 0);
  ASSERT_TRUE(mismatch.has_value());
  EXPECT_EQ(mismatch->count, 10u);
}

TEST(Pattern, IsRandomAndNeverAllZero) {
  const Pattern pattern{{.rank = 2, .ranks = 4}, 10000};
  std::vector<float> data(10000);
  pattern.fill(data.data(), data.size(), 0);
  double mean = 0;
  for (const float value : data) {
    EXPECT_LT(std::abs(value), 1.0F);
    mean += value / 10000.0;
  }
  EXPECT_NEAR(mean, 0.0, 0.03);  // 5 sigma of a uniform mean
}

TEST(Pattern, WritesNothingWhereARankHasNoInput) {
  for (const Operation operation :
       {Operation::broadcast, Operation::scatter, Operation::transfer}) {
    const Pattern pattern{{.operation = operation, .rank = 1, .ranks = 2, .root = 0}, 4};
    std::vector<float> data(8, 7.0F);
    pattern.fill(data.data(), 4, 0);
    EXPECT_EQ(data, std::vector<float>(8, 7.0F));
  }
}

}  // namespace
}  // namespace assay::benchmarks
