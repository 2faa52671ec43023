#include "collectives/reduction.hpp"

#include <gmock/gmock.h>

#include <array>
#include <cstdint>
#include <limits>
#include <random>
#include <string>
#include <vector>

#include "tests/collectives/reference_element.hpp"

namespace assay::collectives {
namespace {

using Bytes = std::vector<std::byte>;

/// More than a tile of any type, with a rest.
constexpr std::size_t longest = 4500;
constexpr std::size_t margin = 80;  ///< elements around what is written
constexpr std::byte untouched{0x2a};

/// Any bits: the whole range of integers, and of floats the infinities, NaNs and subnormals too.
Bytes random_elements(DataType type, std::uint64_t seed) {
  std::mt19937_64 engine{seed};
  Bytes bytes((longest + margin) * info(type).bytes);
  for (std::byte& byte : bytes) byte = static_cast<std::byte>(engine());
  return bytes;
}

struct Tested {
  const InstructionSet& set;
  DataType type;
  ReduceOp op;

  [[nodiscard]] const Reduction& reduction() const { return set.reduction(type, op); }
  [[nodiscard]] std::size_t element_bytes() const { return info(type).bytes; }
};

/// Calls `test` for every usable instruction set, type and operation.
template <class Test>
void for_each_reduction(Test test) {
  for (const InstructionSet& set : instruction_sets()) {
    if (!set.usable) continue;
    for (const DataTypeInfo& type : data_types) {
      for (const ReduceOpInfo& op : reduce_ops) {
        SCOPED_TRACE(std::string{set.name} + " " + std::string{type.name} + " " +
                     std::string{op.name});
        test(Tested{set, type.type, op.op});
        if (testing::Test::HasFatalFailure()) return;
      }
    }
  }
}

/// `count` elements at `result` are those at `sources` combined.
void expect_combined(const Tested& tested, const std::byte* result,
                     const std::vector<const std::byte*>& sources, std::size_t count) {
  std::vector<std::uint64_t> elements(sources.size());
  for (std::size_t i = 0; i < count; ++i) {
    bool has_nan = false;
    for (std::size_t k = 0; k < sources.size(); ++k) {
      elements[k] = load_bits(tested.type, sources[k], i);
      has_nan |= is_floating(tested.type) && std::isnan(floating_value(tested.type, elements[k]));
    }
    if (has_nan && (tested.op == ReduceOp::max || tested.op == ReduceOp::min)) continue;
    const std::uint64_t found = load_bits(tested.type, result, i);
    const std::uint64_t expected = combined_bits(tested.type, tested.op, elements);
    ASSERT_TRUE(same_number(tested.type, found, expected))
        << "element " << i << " of " << count << ": " << std::hex << found << ", not " << expected;
  }
}

void expect_untouched(const Bytes& buffer, std::size_t begin, std::size_t end) {
  for (std::size_t i = 0; i < buffer.size(); ++i) {
    if (i >= begin && i < end) continue;
    ASSERT_EQ(buffer[i], untouched) << "byte " << i << " outside " << begin << ".." << end;
  }
}

TEST(Reduction, AgreesWithTheReferenceAndWritesNothingElse) {
  for_each_reduction([](const Tested& tested) {
    const std::size_t bytes = tested.element_bytes();
    const Bytes left = random_elements(tested.type, 1);
    const Bytes right = random_elements(tested.type, 2);
    for (const std::size_t count : {0, 1, 3, 7, 8, 9, 31, 64, 65, 127, 1000}) {
      for (const std::size_t offset : {0, 1, 3}) {
        Bytes result(left.size(), untouched);
        const std::byte* from_left = left.data() + bytes;
        const std::byte* from_right = right.data() + offset * bytes;
        std::byte* to = result.data() + offset * bytes;
        tested.reduction().reduce(to, from_left, from_right, count);
        ASSERT_NO_FATAL_FAILURE(expect_combined(tested, to, {from_left, from_right}, count));
        ASSERT_NO_FATAL_FAILURE(expect_untouched(result, offset * bytes, (offset + count) * bytes));
      }
    }
  });
}

TEST(Reduction, MayOverwriteEitherOperand) {
  for_each_reduction([](const Tested& tested) {
    const Bytes left = random_elements(tested.type, 1);
    const Bytes right = random_elements(tested.type, 2);
    for (const std::size_t count : {1, 9, 127, 1000}) {
      Bytes over_left = left;
      Bytes over_right = right;
      tested.reduction().reduce(over_left.data(), over_left.data(), right.data(), count);
      tested.reduction().reduce(over_right.data(), left.data(), over_right.data(), count);
      const std::vector<const std::byte*> sources{left.data(), right.data()};
      ASSERT_NO_FATAL_FAILURE(expect_combined(tested, over_left.data(), sources, count));
      ASSERT_NO_FATAL_FAILURE(expect_combined(tested, over_right.data(), sources, count));
    }
  });
}

class ReduceMany : public testing::TestWithParam<Stores> {
 protected:
  static constexpr std::size_t most_sources = 5;
  static constexpr std::size_t most_results = 3;

  /// Where source or result number k begins, in elements: no two alike, in lines or vectors.
  static std::size_t offset(std::size_t k) { return 1 + 5 * k; }

  static std::vector<Bytes> random_sources(DataType type, std::size_t count) {
    std::vector<Bytes> sources;
    for (std::size_t k = 0; k < count; ++k) sources.push_back(random_elements(type, k));
    return sources;
  }
  static std::vector<const std::byte*> beginnings(const std::vector<Bytes>& sources,
                                                  std::size_t element_bytes) {
    std::vector<const std::byte*> begin;
    for (std::size_t k = 0; k < sources.size(); ++k)
      begin.push_back(sources[k].data() + offset(k) * element_bytes);
    return begin;
  }
};
INSTANTIATE_TEST_SUITE_P(Stores, ReduceMany, testing::Values(Stores::cached, Stores::streaming),
                         [](const auto& tested) {
                           return tested.param == Stores::cached ? "cached" : "streaming";
                         });

TEST_P(ReduceMany, CombinesAllSourcesIntoEveryResult) {
  for_each_reduction([](const Tested& tested) {
    const std::size_t bytes = tested.element_bytes();
    const std::vector<Bytes> all = random_sources(tested.type, most_sources);
    for (std::size_t source_count = 1; source_count <= most_sources; ++source_count) {
      const std::size_t result_count = 1 + source_count % most_results;
      const std::vector<Bytes> used(all.begin(), all.begin() + static_cast<int>(source_count));
      const auto sources = beginnings(used, bytes);
      const std::vector<const void*> untyped(sources.begin(), sources.end());
      for (const std::size_t count : {std::size_t{0}, std::size_t{1}, std::size_t{77}, longest}) {
        if (count == longest && source_count == 4) continue;  // spares time; 5 is alike
        std::vector<Bytes> results(result_count, Bytes(all[0].size(), untouched));
        std::vector<void*> to;
        for (std::size_t k = 0; k < result_count; ++k)
          to.push_back(results[k].data() + offset(k + 1) * bytes);
        tested.reduction().reduce_many(to, untyped, count, GetParam());
        for (std::size_t k = 0; k < result_count; ++k) {
          const std::size_t begin = offset(k + 1) * bytes;
          if (k == 0)
            ASSERT_NO_FATAL_FAILURE(
                expect_combined(tested, results[0].data() + begin, sources, count));
          else
            ASSERT_EQ(std::memcmp(to[k], to[0], count * bytes), 0) << "result " << k;
          ASSERT_NO_FATAL_FAILURE(expect_untouched(results[k], begin, begin + count * bytes));
        }
      }
    }
  });
}

TEST_P(ReduceMany, MayOverwriteAnySource) {
  for_each_reduction([](const Tested& tested) {
    constexpr std::size_t count = 1500;
    for (const std::size_t source_count : {1, 2, 3}) {
      const std::vector<Bytes> before = random_sources(tested.type, source_count);
      for (std::size_t first = 0; first < source_count; ++first) {
        std::vector<Bytes> now = before;
        const auto sources = beginnings(now, tested.element_bytes());
        const std::vector<const void*> untyped(sources.begin(), sources.end());
        std::vector<void*> results;
        for (std::size_t k = 0; k < std::min<std::size_t>(2, source_count); ++k)
          results.push_back(const_cast<std::byte*>(sources[(first + k) % source_count]));
        tested.reduction().reduce_many(results, untyped, count, GetParam());
        const auto originals = beginnings(before, tested.element_bytes());
        for (const void* result : results)
          ASSERT_NO_FATAL_FAILURE(
              expect_combined(tested, static_cast<const std::byte*>(result), originals, count));
      }
    }
  });
}

TEST_P(ReduceMany, RoundsNarrowFloatsOnce) {
  // 256 + 1 + 1 is 258, which bfloat16 has; rounded after each step it remains 256.
  const std::array<std::uint16_t, 1> large{0x4380};
  const std::array<std::uint16_t, 1> one{0x3f80};
  for (const InstructionSet& set : instruction_sets()) {
    if (!set.usable) continue;
    const Reduction& sum = set.reduction(DataType::bfloat16, ReduceOp::sum);
    std::array<std::uint16_t, 1> result{};
    const std::array<void*, 1> results{result.data()};
    const std::array<const void*, 3> sources{large.data(), one.data(), one.data()};
    sum.reduce_many(results, sources, 1, GetParam());
    EXPECT_EQ(result[0], 0x4381) << set.name;
    sum.reduce(result.data(), large.data(), one.data(), 1);
    sum.reduce(result.data(), result.data(), one.data(), 1);
    EXPECT_EQ(result[0], 0x4380) << set.name;
  }
}

/// Calls test(reduction, type) for every usable set and type.
template <class Test>
void for_each_type(Test test) {
  for_each_reduction([&](const Tested& tested) {
    if (tested.op == ReduceOp::sum) test(tested.reduction(), tested.type);
  });
}

TEST(Reduction, MultipliesByWholeFactors) {
  for_each_type([](const Reduction& reduction, DataType type) {
    const Bytes source = random_elements(type, 3);
    constexpr std::size_t count = 1001;
    for (const int factor : {1, 2, 3, 32767}) {
      Bytes result(source.size(), untouched);
      reduction.multiply(result.data(), source.data(), factor, count);
      for (std::size_t i = 0; i < count; ++i) {
        const std::uint64_t bits = load_bits(type, source.data(), i);
        const std::uint64_t expected =
            is_floating(type)
                ? floating_bits(type, floating_value(type, bits) * factor)
                : integer_bits(type, integer_value(type, bits) * static_cast<unsigned>(factor));
        ASSERT_TRUE(same_number(type, load_bits(type, result.data(), i), expected))
            << i << " times " << factor;
      }
      ASSERT_NO_FATAL_FAILURE(expect_untouched(result, 0, count * info(type).bytes));
    }
  });
}

std::uint64_t divided_bits(DataType type, std::uint64_t bits, int divisor) {
  if (is_floating(type)) {
    const double number = floating_value(type, bits);
    if (type == DataType::float64) return floating_bits(type, number / divisor);
    return floating_bits(type, static_cast<float>(number) / static_cast<float>(divisor));
  }
  const std::uint64_t number = integer_value(type, bits);
  if (!is_signed_integer(type)) return number / static_cast<unsigned>(divisor);
  return integer_bits(type,
                      static_cast<std::uint64_t>(static_cast<std::int64_t>(number) / divisor));
}

TEST(Reduction, DividesIntegersTowardsZero) {
  for_each_type([](const Reduction& reduction, DataType type) {
    const Bytes source = random_elements(type, 4);
    constexpr std::size_t count = 1001;
    for (const int divisor : {1, 2, 3, 7, 1000, 32767}) {
      Bytes result = source;
      reduction.divide(result.data(), result.data(), divisor, count);
      for (std::size_t i = 0; i < count; ++i) {
        const std::uint64_t bits = load_bits(type, source.data(), i);
        ASSERT_TRUE(
            same_number(type, load_bits(type, result.data(), i), divided_bits(type, bits, divisor)))
            << i << " by " << divisor;
      }
    }
  });
}

TEST(IntegerSum, WrapsAround) {
  const std::vector<std::int32_t> highest(longest, std::numeric_limits<std::int32_t>::max());
  const std::vector<std::int32_t> ones(longest, 1);
  for (const InstructionSet& set : instruction_sets()) {
    if (!set.usable) continue;
    std::vector<std::int32_t> result(longest);
    set.reduction(DataType::int32, ReduceOp::sum)
        .reduce(result.data(), highest.data(), ones.data(), longest);
    EXPECT_THAT(result, testing::Each(std::numeric_limits<std::int32_t>::min())) << set.name;
  }
}

TEST(CopyStreaming, CopiesAnyBytesAndWritesNothingElse) {
  const Bytes source = random_elements(DataType::int8, 5);
  for (const InstructionSet& set : instruction_sets()) {
    if (!set.usable) continue;
    for (const std::size_t bytes : {0, 1, 63, 64, 65, 200, 4099}) {
      for (const std::size_t offset : {0, 1, 17}) {
        Bytes result(source.size(), untouched);
        set.copy_streaming(result.data() + offset, source.data() + 3, bytes);
        ASSERT_EQ(std::memcmp(result.data() + offset, source.data() + 3, bytes), 0) << set.name;
        ASSERT_NO_FATAL_FAILURE(expect_untouched(result, offset, offset + bytes));
      }
    }
  }
}

TEST(InstructionSets, BeginWithOneThatAnyProcessorHas) {
  ASSERT_FALSE(instruction_sets().empty());
  EXPECT_EQ(instruction_sets().front().name, "baseline");
  EXPECT_TRUE(instruction_sets().front().usable);
}

TEST(FindReduction, TakesTheBestUsableSet) {
  const InstructionSet* best = nullptr;
  for (const InstructionSet& set : instruction_sets())
    if (set.usable) best = &set;
  EXPECT_EQ(&best_instruction_set(), best);
  EXPECT_EQ(&find_reduction(DataType::float32, ReduceOp::max),
            &best->reduction(DataType::float32, ReduceOp::max));
  EXPECT_EQ(&find_reduction(DataType::int8, ReduceOp::avg),
            &find_reduction(DataType::int8, ReduceOp::sum));
}

}  // namespace
}  // namespace assay::collectives
