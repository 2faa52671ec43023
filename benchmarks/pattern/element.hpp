#pragma once

// Types of elements as the pattern computes with them. Private to the unit that includes it, as the
// narrow floats are.
#include <cstdint>
#include <type_traits>

#include "collectives/data_type.hpp"
#include "collectives/reduction/narrow_float.hpp"

namespace assay::benchmarks {

namespace {

/// Stored: as in buffers. Shown: as in messages. Wide: holds all that numbers are combined to.
template <class T>
struct PlainElement {
  using Stored = T;
  using Shown = T;
  using Wide = std::conditional_t<std::is_floating_point_v<T>, double, std::int64_t>;
  static Shown shown(Stored value) { return value; }
  static Stored narrow(Wide value) { return static_cast<Stored>(value); }
};

template <class Format>
struct NarrowElement {
  using Stored = typename Format::Stored;
  using Shown = float;
  using Wide = double;
  static Shown shown(Stored value) { return Format::widen(value); }
  static Stored narrow(Wide value) { return Format::narrow(static_cast<float>(value)); }
};

/// Calls use.operator()<Element>() with the element of `type`.
template <class Use>
auto with_element(collectives::DataType type, Use use) {
  using collectives::DataType;
  namespace reduction = collectives::reduction;
  switch (type) {
    case DataType::int8:
      return use.template operator()<PlainElement<std::int8_t>>();
    case DataType::uint8:
      return use.template operator()<PlainElement<std::uint8_t>>();
    case DataType::int32:
      return use.template operator()<PlainElement<std::int32_t>>();
    case DataType::uint32:
      return use.template operator()<PlainElement<std::uint32_t>>();
    case DataType::int64:
      return use.template operator()<PlainElement<std::int64_t>>();
    case DataType::uint64:
      return use.template operator()<PlainElement<std::uint64_t>>();
    case DataType::float16:
      return use.template operator()<NarrowElement<reduction::Float16>>();
    case DataType::float32:
      return use.template operator()<PlainElement<float>>();
    case DataType::float64:
      return use.template operator()<PlainElement<double>>();
    case DataType::bfloat16:
      return use.template operator()<NarrowElement<reduction::Bfloat16>>();
    case DataType::float8_e4m3:
      return use.template operator()<NarrowElement<reduction::Float8E4m3>>();
    case DataType::float8_e5m2:
      break;
  }
  return use.template operator()<NarrowElement<reduction::Float8E5m2>>();
}

}  // namespace

}  // namespace assay::benchmarks
