#pragma once

#include <cstddef>
#include <cstdint>

#include "collectives/device/qualifier.hpp"

namespace assay::collectives::device {

/// What one thread moves at a time.
struct alignas(16) Vector {
  std::uint32_t words[4];
};

/// The same as elements.
template <class Element>
struct alignas(sizeof(Vector)) Pack {
  static constexpr int size = static_cast<int>(sizeof(Vector) / sizeof(Element));
  Element elements[size];
};

template <class Element>
ASSAY_DEVICE Pack<Element> to_pack(const Vector& vector) {
  return __builtin_bit_cast(Pack<Element>, vector);
}
template <class Element>
ASSAY_DEVICE Vector to_vector(const Pack<Element>& pack) {
  return __builtin_bit_cast(Vector, pack);
}

}  // namespace assay::collectives::device
