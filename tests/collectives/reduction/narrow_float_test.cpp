#include "collectives/reduction/narrow_float.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <random>

#include "collectives/reduction.hpp"
#include "tests/collectives/reference_element.hpp"

namespace assay::collectives::reduction {
namespace {

template <class Format>
const NarrowLayout& layout();
template <>
const NarrowLayout& layout<Float16>() {
  return float16_layout;
}
template <>
const NarrowLayout& layout<Bfloat16>() {
  return bfloat16_layout;
}
template <>
const NarrowLayout& layout<Float8E4m3>() {
  return float8_e4m3_layout;
}
template <>
const NarrowLayout& layout<Float8E5m2>() {
  return float8_e5m2_layout;
}

template <class Format>
class NarrowFloats : public testing::Test {
 protected:
  using Code = typename Format::Stored;
  static constexpr std::uint32_t codes = std::uint32_t{std::numeric_limits<Code>::max()} + 1;

  static bool is_nan(std::uint32_t code) { return std::isnan(layout<Format>().decode(code)); }

  static void expect_rounded(float value) {
    const std::uint32_t expected = layout<Format>().encode(value);
    const std::uint32_t found = Format::narrow(value);
    if (std::isnan(value))
      ASSERT_TRUE(is_nan(found)) << value;
    else
      ASSERT_EQ(found, expected) << std::hexfloat << value;
  }
};

using Formats = testing::Types<Float16, Bfloat16, Float8E4m3, Float8E5m2>;
TYPED_TEST_SUITE(NarrowFloats, Formats);

TYPED_TEST(NarrowFloats, WidenEveryCodeToItsNumber) {
  for (std::uint32_t code = 0; code < TestFixture::codes; ++code) {
    const float found = TypeParam::widen(static_cast<typename TypeParam::Stored>(code));
    const double expected = layout<TypeParam>().decode(code);
    if (std::isnan(expected)) {
      ASSERT_TRUE(std::isnan(found)) << code;
    } else {
      ASSERT_EQ(found, expected) << code;
      ASSERT_EQ(std::signbit(found), std::signbit(expected)) << code;
    }
  }
}

TYPED_TEST(NarrowFloats, RoundEveryNumberOfTheirOwnToItself) {
  for (std::uint32_t code = 0; code < TestFixture::codes; ++code) {
    const float value = TypeParam::widen(static_cast<typename TypeParam::Stored>(code));
    if (std::isinf(value) && layout<TypeParam>().saturates) continue;  // see Overflow below
    if (TestFixture::is_nan(code))
      ASSERT_TRUE(TestFixture::is_nan(TypeParam::narrow(value))) << code;
    else
      ASSERT_EQ(TypeParam::narrow(value), code);
  }
}

TYPED_TEST(NarrowFloats, RoundToNearestAndTiesToEven) {
  const NarrowLayout& reference = layout<TypeParam>();
  for (std::uint32_t code = 0; code < reference.largest(); ++code) {
    const auto tie = static_cast<float>((reference.decode(code) + reference.decode(code + 1)) / 2);
    for (const float sign : {1.0F, -1.0F}) {
      this->expect_rounded(sign * tie);
      this->expect_rounded(sign * std::nextafter(tie, 0.0F));
      this->expect_rounded(sign * std::nextafter(tie, HUGE_VALF));
    }
  }
}

TYPED_TEST(NarrowFloats, RoundAnyFloat) {
  std::mt19937 random{1};
  for (int i = 0; i < 200'000; ++i)
    this->expect_rounded(std::bit_cast<float>(static_cast<std::uint32_t>(random())));
  for (const float value :
       {0.0F, std::numeric_limits<float>::denorm_min(), std::numeric_limits<float>::min(),
        std::numeric_limits<float>::max(), std::numeric_limits<float>::infinity()}) {
    this->expect_rounded(value);
    this->expect_rounded(-value);
  }
}

TYPED_TEST(NarrowFloats, KeepNaN) {
  for (const std::uint32_t bits : {0x7f800001U, 0x7fc00000U, 0x7fffffffU, 0xff800001U, 0xffffffffU})
    EXPECT_TRUE(TestFixture::is_nan(TypeParam::narrow(std::bit_cast<float>(bits)))) << bits;
}

TYPED_TEST(NarrowFloats, OverflowAtHalfAStepBeyondTheLargest) {
  const NarrowLayout& reference = layout<TypeParam>();
  const double largest = reference.decode(reference.largest());
  const double step = largest - reference.decode(reference.largest() - 1);
  const auto limit = static_cast<float>(largest + step / 2);
  const std::uint32_t beyond = reference.saturates ? reference.largest() : reference.infinity();
  EXPECT_EQ(TypeParam::narrow(std::nextafter(limit, 0.0F)), reference.largest());
  EXPECT_EQ(TypeParam::narrow(limit), beyond);
  EXPECT_EQ(TypeParam::narrow(HUGE_VALF), beyond);
  EXPECT_EQ(TypeParam::narrow(-HUGE_VALF), beyond | reference.sign());
}

TEST(NarrowFloat, HasTheKnownLimits) {
  EXPECT_EQ(Float16::widen(Float16::narrow(65504.0F)), 65504.0F);
  EXPECT_EQ(Float16::narrow(1.0F), 0x3c00);
  EXPECT_EQ(Bfloat16::narrow(1.0F), 0x3f80);
  EXPECT_EQ(Float8E4m3::widen(Float8E4m3::narrow(1e9F)), 448.0F);
  EXPECT_EQ(Float8E4m3::narrow(1.0F), 0x38);
  EXPECT_EQ(Float8E4m3::narrow(NAN) & 0x7f, 0x7f);
  EXPECT_EQ(Float8E5m2::widen(Float8E5m2::narrow(1e9F)), 57344.0F);
  EXPECT_EQ(Float8E5m2::narrow(1.0F), 0x3c);
}

/// The vector loops of every instruction set are compiled from the same conversions.
TEST(NarrowFloat, IsItselfInEveryInstructionSet) {
  for (const InstructionSet& set : instruction_sets()) {
    if (!set.usable) continue;
    for (const DataTypeInfo& type : data_types) {
      const NarrowLayout* reference = narrow_layout(type.type);
      if (reference == nullptr) continue;
      const std::size_t codes = 2 * std::size_t{reference->sign()};
      std::vector<std::byte> data(codes * type.bytes);
      for (std::size_t i = 0; i < codes; ++i) std::memcpy(&data[i * type.bytes], &i, type.bytes);
      set.reduction(type.type, ReduceOp::sum).multiply(data.data(), data.data(), 1, codes);
      for (std::size_t i = 0; i < codes; ++i) {
        const double number = reference->decode(static_cast<std::uint32_t>(i));
        const double found = floating_value(type.type, load_bits(type.type, data.data(), i));
        if (std::isnan(number))
          ASSERT_TRUE(std::isnan(found)) << set.name << " " << type.name << " " << i;
        else if (std::isinf(number) && reference->saturates)
          ASSERT_EQ(std::abs(found), reference->decode(reference->largest()));
        else
          ASSERT_EQ(found, number) << set.name << " " << type.name << " " << i;
      }
    }
  }
}

}  // namespace
}  // namespace assay::collectives::reduction
