#include "collectives/reduction.hpp"

#include <gmock/gmock.h>

#include <concepts>
#include <cstdint>
#include <limits>
#include <random>
#include <string>
#include <type_traits>
#include <vector>

namespace assay::collectives {
namespace {

// Longer than several vectors of any instruction set, with a rest.
constexpr std::size_t longest = 1000;
constexpr std::size_t counts[] = {0, 1, 3, 7, 8, 9, 31, 64, 65, 127, 1000};
// Elements by which the pointers are off the allocation's alignment.
constexpr std::size_t offsets[] = {0, 1, 3};

template <class T>
struct TypeOf;
template <>
struct TypeOf<float> : std::integral_constant<DataType, DataType::float32> {};
template <>
struct TypeOf<double> : std::integral_constant<DataType, DataType::float64> {};
template <>
struct TypeOf<std::int32_t> : std::integral_constant<DataType, DataType::int32> {};
template <>
struct TypeOf<std::int64_t> : std::integral_constant<DataType, DataType::int64> {};

template <class T>
std::vector<T> random_values(std::uint64_t seed) {
  std::mt19937_64 engine{seed};
  std::vector<T> values(longest + 8);
  for (T& value : values) {
    if constexpr (std::integral<T>)
      value = static_cast<T>(engine());  // the whole range: sums overflow
    else
      value = static_cast<T>(std::uniform_real_distribution<double>{-1e3, 1e3}(engine));
  }
  return values;
}

template <class T>
T expected(ReduceOp op, T left, T right) {
  if (op == ReduceOp::max) return left < right ? right : left;
  if (op == ReduceOp::min) return right < left ? right : left;
  if constexpr (std::integral<T>) {
    using Unsigned = std::make_unsigned_t<T>;
    return static_cast<T>(static_cast<Unsigned>(left) + static_cast<Unsigned>(right));
  } else {
    return left + right;
  }
}

template <class T>
class Reduction : public testing::Test {
 protected:
  /// Calls `test` with every usable instruction set's function for every operation.
  template <class Test>
  void for_each_function(Test test) {
    for (const InstructionSet& set : instruction_sets()) {
      if (!set.usable) continue;
      for (const auto& [op, name] : reduce_ops) {
        SCOPED_TRACE(std::string{set.name} + " " + std::string{name});
        test(set.function(TypeOf<T>::value, op), op);
      }
    }
  }

  std::vector<T> left_ = random_values<T>(1);
  std::vector<T> right_ = random_values<T>(2);
};

using Types = testing::Types<float, double, std::int32_t, std::int64_t>;
TYPED_TEST_SUITE(Reduction, Types);

TYPED_TEST(Reduction, AgreesWithAPlainLoopAndWritesNothingElse) {
  using T = TypeParam;
  constexpr T untouched = 42;
  this->for_each_function([&](ReduceFunction function, ReduceOp op) {
    for (const std::size_t count : counts) {
      for (const std::size_t offset : offsets) {
        std::vector<T> result(longest + 8, untouched);
        function(result.data() + offset, this->left_.data() + 1, this->right_.data() + offset,
                 count);
        std::vector<T> wanted(longest + 8, untouched);
        for (std::size_t i = 0; i < count; ++i)
          wanted[offset + i] = expected(op, this->left_[1 + i], this->right_[offset + i]);
        ASSERT_EQ(result, wanted) << count << " elements, offset " << offset;
      }
    }
  });
}

TYPED_TEST(Reduction, MayOverwriteEitherOperand) {
  using T = TypeParam;
  this->for_each_function([&](ReduceFunction function, ReduceOp op) {
    for (const std::size_t count : counts) {
      std::vector<T> over_left = this->left_;
      std::vector<T> over_right = this->right_;
      function(over_left.data(), over_left.data(), this->right_.data(), count);
      function(over_right.data(), this->left_.data(), over_right.data(), count);
      for (std::size_t i = 0; i < count; ++i) {
        const T wanted = expected(op, this->left_[i], this->right_[i]);
        ASSERT_EQ(over_left[i], wanted) << i << " of " << count;
        ASSERT_EQ(over_right[i], wanted) << i << " of " << count;
      }
    }
  });
}

TYPED_TEST(Reduction, OfExtremesIsExact) {
  using T = TypeParam;
  using Limits = std::numeric_limits<T>;
  // Enough for the vector loop to be taken.
  const std::vector<T> highest(longest, Limits::max());
  const std::vector<T> lowest(longest, Limits::lowest());
  this->for_each_function([&](ReduceFunction function, ReduceOp op) {
    std::vector<T> result(longest);
    function(result.data(), highest.data(), lowest.data(), longest);
    const T wanted = expected(op, Limits::max(), Limits::lowest());
    ASSERT_THAT(result, testing::Each(wanted));
  });
}

TEST(IntegerSum, WrapsAround) {
  const std::vector<std::int32_t> highest(longest, std::numeric_limits<std::int32_t>::max());
  const std::vector<std::int32_t> ones(longest, 1);
  for (const InstructionSet& set : instruction_sets()) {
    if (!set.usable) continue;
    std::vector<std::int32_t> result(longest);
    set.function(DataType::int32, ReduceOp::sum)(result.data(), highest.data(), ones.data(),
                                                 longest);
    EXPECT_THAT(result, testing::Each(std::numeric_limits<std::int32_t>::min())) << set.name;
  }
}

TEST(InstructionSets, BeginWithOneThatAnyProcessorHas) {
  ASSERT_FALSE(instruction_sets().empty());
  EXPECT_EQ(instruction_sets().front().name, "baseline");
  EXPECT_TRUE(instruction_sets().front().usable);
}

TEST(FindReduction, TakesTheBestUsableSet) {
  ReduceFunction best = nullptr;
  for (const InstructionSet& set : instruction_sets())
    if (set.usable) best = set.function(DataType::float32, ReduceOp::sum);
  EXPECT_EQ(find_reduction(DataType::float32, ReduceOp::sum), best);
}

}  // namespace
}  // namespace assay::collectives
