#pragma once

#include <compare>
#include <cstdint>

namespace assay {

/// A time span, in seconds.
struct Seconds {
  double value = 0;

  friend constexpr auto operator<=>(Seconds, Seconds) = default;
  friend constexpr Seconds operator+(Seconds a, Seconds b) { return {a.value + b.value}; }
  friend constexpr Seconds operator-(Seconds a, Seconds b) { return {a.value - b.value}; }
  friend constexpr Seconds operator*(Seconds a, double factor) { return {a.value * factor}; }
  friend constexpr Seconds operator*(double factor, Seconds a) { return a * factor; }
  friend constexpr Seconds operator/(Seconds a, double divisor) { return {a.value / divisor}; }
  friend constexpr double operator/(Seconds a, Seconds b) { return a.value / b.value; }

  [[nodiscard]] constexpr double microseconds() const { return value * 1e6; }
};

/// An amount of memory or of data moved.
struct Bytes {
  std::uint64_t value = 0;

  friend constexpr auto operator<=>(Bytes, Bytes) = default;
  friend constexpr Bytes operator+(Bytes a, Bytes b) { return {a.value + b.value}; }
  friend constexpr Bytes operator-(Bytes a, Bytes b) { return {a.value - b.value}; }
  friend constexpr Bytes operator*(Bytes a, std::uint64_t factor) { return {a.value * factor}; }
  friend constexpr std::uint64_t operator/(Bytes a, Bytes b) { return a.value / b.value; }
};

/// A transfer rate, in bytes per second. Printed in decimal GB/s, as all the field's tools do.
struct Bandwidth {
  double bytes_per_second = 0;

  friend constexpr auto operator<=>(Bandwidth, Bandwidth) = default;
  friend constexpr Bandwidth operator*(Bandwidth a, double factor) {
    return {a.bytes_per_second * factor};
  }
  friend constexpr double operator/(Bandwidth a, Bandwidth b) {
    return a.bytes_per_second / b.bytes_per_second;
  }

  [[nodiscard]] constexpr double gigabytes_per_second() const { return bytes_per_second / 1e9; }
};

constexpr Bandwidth operator/(Bytes size, Seconds elapsed) {
  return {static_cast<double>(size.value) / elapsed.value};
}
constexpr Seconds operator/(Bytes size, Bandwidth rate) {
  return {static_cast<double>(size.value) / rate.bytes_per_second};
}

/// A rate of arithmetic, in floating point operations per second.
struct FlopRate {
  double flop_per_second = 0;

  friend constexpr auto operator<=>(FlopRate, FlopRate) = default;
  [[nodiscard]] constexpr double gigaflop_per_second() const { return flop_per_second / 1e9; }
};

inline namespace literals {
constexpr Bytes operator""_B(unsigned long long value) { return {value}; }
constexpr Bytes operator""_KiB(unsigned long long value) { return {value << 10}; }
constexpr Bytes operator""_MiB(unsigned long long value) { return {value << 20}; }
constexpr Bytes operator""_GiB(unsigned long long value) { return {value << 30}; }
constexpr Seconds operator""_s(long double value) { return {static_cast<double>(value)}; }
constexpr Seconds operator""_s(unsigned long long value) { return {static_cast<double>(value)}; }
constexpr Seconds operator""_ms(unsigned long long value) {
  return {static_cast<double>(value) * 1e-3};
}
constexpr Seconds operator""_us(unsigned long long value) {
  return {static_cast<double>(value) * 1e-6};
}
}  // namespace literals

static_assert((1_MiB / Seconds{1e-6}).gigabytes_per_second() > 1048.0);

}  // namespace assay
