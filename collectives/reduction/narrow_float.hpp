#pragma once

// Conversions between float32 and narrower floats, in operations on integers that compilers turn
// into vector instructions. Everything is private to the unit that includes it: kernel_table.hpp
// says why.
#include <stdint.h>

namespace assay::collectives::reduction {

namespace {

template <int bits>
struct UnsignedInteger;
template <>
struct UnsignedInteger<8> {
  using Type = uint8_t;
};
template <>
struct UnsignedInteger<16> {
  using Type = uint16_t;
};

enum class Infinity { present, absent };          ///< absent: the largest exponent has numbers too
enum class Overflow { to_infinity, to_largest };  ///< what becomes of greater numbers

/// A float of a sign, `exponent_bits` and `mantissa_bits`. Without infinities the only NaN is the
/// code of all ones.
template <int exponent_bits, int mantissa_bits, Infinity infinity, Overflow overflow>
class NarrowFloat {
 public:
  using Stored = typename UnsignedInteger<1 + exponent_bits + mantissa_bits>::Type;
  using Wide = float;

  static constexpr float widen(Stored code) {
    const auto bits = static_cast<uint32_t>(code);
    if constexpr (exponent_bits == float_exponent_bits) {
      return to_float(bits << dropped_bits);
    } else {
      const uint32_t sign = (bits >> sign_bit) << 31;
      const uint32_t magnitude = bits & magnitude_mask;
      const uint32_t shifted = magnitude << dropped_bits;
      // The exponents' biases differ. A subnormal becomes the fraction of the smallest normal
      // number; not by a product, as processors are slow with subnormal operands.
      const uint32_t normal = shifted + (bias_difference << float_mantissa_bits);
      const uint32_t subnormal =
          to_bits(to_float(shifted | smallest_normal) - to_float(smallest_normal));
      const uint32_t value =
          normal ^ ((normal ^ subnormal) & all_ones_if_less(magnitude, first_normal));
      const uint32_t special = float_infinity & all_ones_if_less(first_special - 1, magnitude);
      return to_float(value | special | sign);
    }
  }
  static constexpr float widen(float value) { return value; }

  /// To nearest, ties to even; rounds once.
  static constexpr Stored narrow(float value) {
    const uint32_t bits = to_bits(value);
    const uint32_t sign = (bits >> 31) << sign_bit;
    const uint32_t magnitude = bits & 0x7fffffffU;
    // Half of the last kept bit's weight, less one where that bit is even: ties stay there.
    constexpr uint32_t below_half = (1U << (dropped_bits - 1)) - 1;
    const uint32_t rounded = magnitude + below_half + ((magnitude >> dropped_bits) & 1U);
    uint32_t code = (rounded - (bias_difference << float_mantissa_bits)) >> dropped_bits;
    // Signed, as the oldest vector instructions have no other minimum; code < 2^31.
    code = static_cast<int32_t>(code) < static_cast<int32_t>(overflow_code) ? code : overflow_code;
    if constexpr (exponent_bits != float_exponent_bits) {
      // A subnormal is a multiple of one unit. Added to the power of two whose last bit weighs just
      // that unit, the number is rounded by the addition.
      constexpr uint32_t magic = (1U + bias_difference + dropped_bits) << float_mantissa_bits;
      const uint32_t subnormal = to_bits(to_float(magnitude) + to_float(magic)) - magic;
      code ^= (code ^ subnormal) & all_ones_if_less(magnitude, smallest_normal);
    }
    code |= nan_code & all_ones_if_less(float_infinity, magnitude);
    return static_cast<Stored>(code | sign);
  }

  static constexpr void put(float value, Stored& out) { out = narrow(value); }
  static constexpr void put(float value, float& out) { out = value; }

 private:
  static constexpr int float_exponent_bits = 8;
  static constexpr int float_mantissa_bits = 23;
  static constexpr uint32_t float_infinity = 0x7f800000;

  static constexpr int sign_bit = exponent_bits + mantissa_bits;
  static constexpr int dropped_bits = float_mantissa_bits - mantissa_bits;
  static constexpr uint32_t bias_difference = 128U - (1U << (exponent_bits - 1));
  static constexpr uint32_t magnitude_mask = (1U << sign_bit) - 1;
  static constexpr uint32_t nan_code = magnitude_mask;
  static constexpr uint32_t infinity_code = ((1U << exponent_bits) - 1) << mantissa_bits;
  static constexpr uint32_t first_special =
      infinity == Infinity::present ? infinity_code : nan_code;
  static constexpr uint32_t overflow_code =
      overflow == Overflow::to_infinity ? infinity_code : first_special - 1;
  static constexpr uint32_t first_normal = 1U << mantissa_bits;
  /// The same number as a float's bits.
  static constexpr uint32_t smallest_normal = (bias_difference + 1) << float_mantissa_bits;

  /// Of numbers below 2^31. A mask and no condition: of two related conditions compilers make
  /// branches, and then no vectors.
  static constexpr uint32_t all_ones_if_less(uint32_t left, uint32_t right) {
    return static_cast<uint32_t>(static_cast<int32_t>(left - right) >> 31);
  }
  static constexpr float to_float(uint32_t bits) { return __builtin_bit_cast(float, bits); }
  static constexpr uint32_t to_bits(float value) { return __builtin_bit_cast(uint32_t, value); }
};

using Float16 = NarrowFloat<5, 10, Infinity::present, Overflow::to_infinity>;
using Bfloat16 = NarrowFloat<8, 7, Infinity::present, Overflow::to_infinity>;
using Float8E4m3 = NarrowFloat<4, 3, Infinity::absent, Overflow::to_largest>;
using Float8E5m2 = NarrowFloat<5, 2, Infinity::present, Overflow::to_largest>;

}  // namespace

}  // namespace assay::collectives::reduction
