#pragma once

#include <cstdint>

#include "collectives/data_type.hpp"
#include "collectives/device/qualifier.hpp"
#include "collectives/reduction/arithmetic.hpp"
#include "collectives/reduction/narrow_float.hpp"

namespace assay::collectives::device {

namespace {

// What the host's reductions do to elements (collectives/reduction/), which gives the same bits
// here; on a device, the conversions that it has instructions for.

#if defined(__CUDA_ARCH__)
struct DeviceFloat16 {
  using Stored = uint16_t;
  using Wide = float;
  static __device__ float widen(Stored code) {
    float value;
    asm("cvt.f32.f16 %0, %1;" : "=f"(value) : "h"(code));
    return value;
  }
  static __device__ void put(float value, Stored& out) {
    asm("cvt.rn.f16.f32 %0, %1;" : "=h"(out) : "f"(value));
  }
};
struct DeviceBfloat16 {
  using Stored = uint16_t;
  using Wide = float;
  static __device__ float widen(Stored code) {
    return __builtin_bit_cast(float, static_cast<uint32_t>(code) << 16);
  }
  static __device__ void put(float value, Stored& out) {
    asm("cvt.rn.bf16.f32 %0, %1;" : "=h"(out) : "f"(value));
  }
};
#if __CUDA_ARCH__ >= 890
struct DeviceFloat8E4m3 {
  using Stored = uint8_t;
  using Wide = float;
  static __device__ float widen(Stored code) {
    uint32_t two;
    asm("cvt.rn.f16x2.e4m3x2 %0, %1;" : "=r"(two) : "h"(static_cast<uint16_t>(code)));
    return DeviceFloat16::widen(static_cast<uint16_t>(two));
  }
  static __device__ void put(float value, Stored& out) {
    uint16_t two;
    asm("cvt.rn.satfinite.e4m3x2.f32 %0, %1, %2;" : "=h"(two) : "f"(0.0F), "f"(value));
    out = static_cast<Stored>(two);
  }
};
struct DeviceFloat8E5m2 {
  using Stored = uint8_t;
  using Wide = float;
  static __device__ float widen(Stored code) {
    return DeviceFloat16::widen(static_cast<uint16_t>(code << 8));  // its upper half
  }
  static __device__ void put(float value, Stored& out) {
    uint16_t two;
    asm("cvt.rn.satfinite.e5m2x2.f32 %0, %1, %2;" : "=h"(two) : "f"(0.0F), "f"(value));
    out = static_cast<Stored>(two);
  }
};
#else
using DeviceFloat8E4m3 = reduction::Float8E4m3;
using DeviceFloat8E5m2 = reduction::Float8E5m2;
#endif
#else
using DeviceFloat16 = reduction::Float16;
using DeviceBfloat16 = reduction::Bfloat16;
using DeviceFloat8E4m3 = reduction::Float8E4m3;
using DeviceFloat8E5m2 = reduction::Float8E5m2;
#endif

/// Calls `body.run<Format>()` with the format of `type`.
template <class Body>
ASSAY_DEVICE void with_format(DataType type, const Body& body) {
  switch (type) {
    case DataType::int8:
      return body.template run<reduction::Plain<int8_t>>();
    case DataType::uint8:
      return body.template run<reduction::Plain<uint8_t>>();
    case DataType::int32:
      return body.template run<reduction::Plain<int32_t>>();
    case DataType::uint32:
      return body.template run<reduction::Plain<uint32_t>>();
    case DataType::int64:
      return body.template run<reduction::Plain<int64_t>>();
    case DataType::uint64:
      return body.template run<reduction::Plain<uint64_t>>();
    case DataType::float16:
      return body.template run<DeviceFloat16>();
    case DataType::float32:
      return body.template run<reduction::Plain<float>>();
    case DataType::float64:
      return body.template run<reduction::Plain<double>>();
    case DataType::bfloat16:
      return body.template run<DeviceBfloat16>();
    case DataType::float8_e4m3:
      return body.template run<DeviceFloat8E4m3>();
    case DataType::float8_e5m2:
      return body.template run<DeviceFloat8E5m2>();
  }
}

/// left (+) right of wide values. avg and mulsum: the sum.
template <class Wide>
ASSAY_DEVICE Wide apply(ReduceOp op, Wide left, Wide right) {
  switch (op) {
    case ReduceOp::prod:
      return reduction::Product::apply(left, right);
    case ReduceOp::max:
      return reduction::Max::apply(left, right);
    case ReduceOp::min:
      return reduction::Min::apply(left, right);
    default:
      return reduction::Sum::apply(left, right);
  }
}

}  // namespace

}  // namespace assay::collectives::device
