#pragma once

// Element types and operations of the loops in kernels.hpp. Everything is private to the unit that
// includes it: kernel_table.hpp says why.
#include <stdint.h>

namespace assay::collectives::reduction {

namespace {

/// A type that is stored as it is computed with. Narrow floats have the same members.
template <class T>
struct Plain {
  using Stored = T;
  using Wide = T;
  static constexpr T widen(T value) { return value; }
  static constexpr void put(T value, T& out) { out = value; }
};

/// The type in which sums and products of T are computed: integers wrap around, which only unsigned
/// ones may, and only those that are not promoted to int.
template <class T>
struct Wrapping {
  using Type = uint32_t;
};
template <>
struct Wrapping<int64_t> {
  using Type = uint64_t;
};
template <>
struct Wrapping<uint64_t> {
  using Type = uint64_t;
};
template <>
struct Wrapping<float> {
  using Type = float;
};
template <>
struct Wrapping<double> {
  using Type = double;
};

struct Sum {
  template <class T>
  static constexpr T apply(T left, T right) {
    using Arithmetic = typename Wrapping<T>::Type;
    return static_cast<T>(static_cast<Arithmetic>(left) + static_cast<Arithmetic>(right));
  }
};

struct Product {
  template <class T>
  static constexpr T apply(T left, T right) {
    using Arithmetic = typename Wrapping<T>::Type;
    return static_cast<T>(static_cast<Arithmetic>(left) * static_cast<Arithmetic>(right));
  }
};

struct Max {
  template <class T>
  static constexpr T apply(T left, T right) {
    return left > right ? left : right;
  }
};

struct Min {
  template <class T>
  static constexpr T apply(T left, T right) {
    return left < right ? left : right;
  }
};

/// The type in which T is divided by an int. A double is right for integers of 32 bits and has
/// vector instructions: a quotient that is not whole is further from the next whole number than the
/// division rounds (1 / divisor > 2^-15, against 2^32 * 2^-53).
template <class T>
struct Dividing {
  using Type = double;
};
template <>
struct Dividing<int64_t> {
  using Type = int64_t;
};
template <>
struct Dividing<uint64_t> {
  using Type = uint64_t;
};
template <>
struct Dividing<float> {
  using Type = float;
};

/// Of integers towards zero.
template <class T>
constexpr T divided(T value, int divisor) {
  using Arithmetic = typename Dividing<T>::Type;
  return static_cast<T>(static_cast<Arithmetic>(value) / static_cast<Arithmetic>(divisor));
}

}  // namespace

}  // namespace assay::collectives::reduction
