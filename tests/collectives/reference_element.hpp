#pragma once

#include <bit>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <limits>
#include <vector>

#include "collectives/data_type.hpp"

namespace assay::collectives {

/// A narrow float by its definition, slowly: for tests.
struct NarrowLayout {
  int exponent_bits;
  int mantissa_bits;
  bool has_infinity;
  bool saturates;

  [[nodiscard]] std::uint32_t sign() const { return 1U << (exponent_bits + mantissa_bits); }
  [[nodiscard]] std::uint32_t infinity() const {
    return ((1U << exponent_bits) - 1) << mantissa_bits;
  }
  /// The code of the largest finite number.
  [[nodiscard]] std::uint32_t largest() const { return has_infinity ? infinity() - 1 : sign() - 2; }

  [[nodiscard]] double decode(std::uint32_t code) const {
    const std::uint32_t magnitude = code & (sign() - 1);
    const double one = (code & sign()) != 0 ? -1.0 : 1.0;
    if (magnitude > largest()) {
      const bool infinite = has_infinity && magnitude == infinity();
      return infinite ? one * HUGE_VAL : std::numeric_limits<double>::quiet_NaN();
    }
    const int bias = (1 << (exponent_bits - 1)) - 1;
    const int exponent = static_cast<int>(magnitude >> mantissa_bits);
    const int fraction = static_cast<int>(magnitude & ((1U << mantissa_bits) - 1));
    if (exponent == 0) return one * std::ldexp(fraction, 1 - bias - mantissa_bits);
    return one * std::ldexp(fraction + (1 << mantissa_bits), exponent - bias - mantissa_bits);
  }

  /// The nearest code of all, found by search; of two as near the even one.
  [[nodiscard]] std::uint32_t encode(double value) const {
    if (std::isnan(value)) return sign() - 1;
    const std::uint32_t signed_zero = std::signbit(value) ? sign() : 0;
    const double magnitude = std::abs(value);
    std::uint32_t below = 0;  // the greatest code whose number does not exceed the magnitude
    for (std::uint32_t step = sign() / 2; step > 0; step /= 2)
      if (below + step <= largest() && decode(below + step) <= magnitude) below += step;
    if (below < largest()) {
      const double down = magnitude - decode(below);
      const double up = decode(below + 1) - magnitude;
      return signed_zero | (up < down || (up == down && below % 2 == 1) ? below + 1 : below);
    }
    if (saturates) return signed_zero | below;
    // The next number, were there one: half way and beyond is infinity, for the largest is odd.
    const double step = decode(below) - decode(below - 1);
    return signed_zero | (magnitude >= decode(below) + step / 2 ? infinity() : below);
  }
};

inline constexpr NarrowLayout float16_layout{5, 10, true, false};
inline constexpr NarrowLayout bfloat16_layout{8, 7, true, false};
inline constexpr NarrowLayout float8_e4m3_layout{4, 3, false, true};
inline constexpr NarrowLayout float8_e5m2_layout{5, 2, true, true};

/// Null: the type is no narrow float.
inline const NarrowLayout* narrow_layout(DataType type) {
  switch (type) {
    case DataType::float16:
      return &float16_layout;
    case DataType::bfloat16:
      return &bfloat16_layout;
    case DataType::float8_e4m3:
      return &float8_e4m3_layout;
    case DataType::float8_e5m2:
      return &float8_e5m2_layout;
    default:
      return nullptr;
  }
}

inline bool is_floating(DataType type) { return info(type).significand_bits > 0; }
inline bool is_signed_integer(DataType type) {
  return type == DataType::int8 || type == DataType::int32 || type == DataType::int64;
}

/// The bits of element `index`.
inline std::uint64_t load_bits(DataType type, const void* data, std::size_t index) {
  const std::size_t bytes = info(type).bytes;
  std::uint64_t bits = 0;
  std::memcpy(&bits, static_cast<const std::byte*>(data) + index * bytes, bytes);
  return bits;
}

/// A floating element's number.
inline double floating_value(DataType type, std::uint64_t bits) {
  if (const NarrowLayout* layout = narrow_layout(type))
    return layout->decode(static_cast<std::uint32_t>(bits));
  if (type == DataType::float32) return std::bit_cast<float>(static_cast<std::uint32_t>(bits));
  return std::bit_cast<double>(bits);
}
/// The bits of a number, rounded once.
inline std::uint64_t floating_bits(DataType type, double value) {
  if (const NarrowLayout* layout = narrow_layout(type)) return layout->encode(value);
  if (type == DataType::float32) return std::bit_cast<std::uint32_t>(static_cast<float>(value));
  return std::bit_cast<std::uint64_t>(value);
}

/// An integer element's number as an int64's or uint64's bits.
inline std::uint64_t integer_value(DataType type, std::uint64_t bits) {
  const int unused = 64 - 8 * static_cast<int>(info(type).bytes);
  if (!is_signed_integer(type)) return bits;
  return static_cast<std::uint64_t>(static_cast<std::int64_t>(bits << unused) >> unused);
}
inline std::uint64_t integer_bits(DataType type, std::uint64_t value) {
  const int unused = 64 - 8 * static_cast<int>(info(type).bytes);
  return value << unused >> unused;
}

/// Whether two elements are one number: the same, two NaNs, or two zeros.
inline bool same_number(DataType type, std::uint64_t a, std::uint64_t b) {
  if (a == b) return true;
  if (!is_floating(type)) return false;
  const double left = floating_value(type, a);
  const double right = floating_value(type, b);
  return left == right || (std::isnan(left) && std::isnan(right));
}

inline double combine(ReduceOp op, double left, double right) {
  switch (op) {
    case ReduceOp::prod:
      return left * right;
    case ReduceOp::max:
      return std::fmax(left, right);
    case ReduceOp::min:
      return std::fmin(left, right);
    default:
      return left + right;
  }
}

inline std::uint64_t combine_integers(DataType type, ReduceOp op, std::uint64_t left,
                                      std::uint64_t right) {
  const bool less = is_signed_integer(type)
                        ? static_cast<std::int64_t>(left) < static_cast<std::int64_t>(right)
                        : left < right;
  switch (op) {
    case ReduceOp::prod:
      return left * right;
    case ReduceOp::max:
      return less ? right : left;
    case ReduceOp::min:
      return less ? left : right;
    default:
      return left + right;
  }
}

/// What Reduction::reduce_many must give for elements of these bits: floats narrower than float64
/// are combined as float32, and rounded once at the end.
inline std::uint64_t combined_bits(DataType type, ReduceOp op,
                                   const std::vector<std::uint64_t>& elements) {
  if (elements.size() == 1) return elements[0];
  if (!is_floating(type)) {
    std::uint64_t total = integer_value(type, elements[0]);
    for (std::size_t i = 1; i < elements.size(); ++i)
      total = combine_integers(type, op, total, integer_value(type, elements[i]));
    return integer_bits(type, total);
  }
  double total = floating_value(type, elements[0]);
  for (std::size_t i = 1; i < elements.size(); ++i) {
    total = combine(op, total, floating_value(type, elements[i]));
    // Of two narrow floats the exact result itself is rounded, which must give the same.
    const bool is_last_of_two = elements.size() == 2 && narrow_layout(type) != nullptr;
    if (type != DataType::float64 && !is_last_of_two) total = static_cast<float>(total);
  }
  return floating_bits(type, total);
}

}  // namespace assay::collectives
