#pragma once

// The loops, compiled once for each instruction set by the sources beside this file. See
// kernel_table.hpp for why everything is in an unnamed namespace and nothing standard is included
// but C's headers of types.
#include <stddef.h>
#include <stdint.h>

#include "collectives/reduction/kernel_table.hpp"

namespace assay::collectives::reduction {

namespace {

/// The type in which sums of T are computed: integers wrap around, which only unsigned ones may.
template <class T>
struct SumType {
  using Type = T;
};
template <>
struct SumType<int32_t> {
  using Type = uint32_t;
};
template <>
struct SumType<int64_t> {
  using Type = uint64_t;
};

struct Sum {
  template <class T>
  static T apply(T left, T right) {
    using Arithmetic = typename SumType<T>::Type;
    return static_cast<T>(static_cast<Arithmetic>(left) + static_cast<Arithmetic>(right));
  }
};

struct Max {
  template <class T>
  static T apply(T left, T right) {
    return left > right ? left : right;
  }
};

struct Min {
  template <class T>
  static T apply(T left, T right) {
    return left < right ? left : right;
  }
};

template <class T, class Op>
void reduce(void* result, const void* left, const void* right, size_t count) noexcept {
  auto* out = static_cast<T*>(result);
  const auto* a = static_cast<const T*>(left);
  const auto* b = static_cast<const T*>(right);
  // The result may be one of the operands but overlaps them in no other way: no iteration reads
  // what another one writes.
#pragma GCC ivdep
  for (size_t i = 0; i < count; ++i) out[i] = Op::apply(a[i], b[i]);
}

constexpr KernelTable make_kernel_table() {
  return {{{reduce<float, Sum>, reduce<float, Max>, reduce<float, Min>},
           {reduce<double, Sum>, reduce<double, Max>, reduce<double, Min>},
           {reduce<int32_t, Sum>, reduce<int32_t, Max>, reduce<int32_t, Min>},
           {reduce<int64_t, Sum>, reduce<int64_t, Max>, reduce<int64_t, Min>}}};
}

}  // namespace

}  // namespace assay::collectives::reduction
