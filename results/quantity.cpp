#include "results/quantity.hpp"

#include <fmt/format.h>

#include <array>
#include <cmath>
#include <string_view>

namespace assay::results {

namespace {

/// A prefix is used from `least` on.
struct Scale {
  std::string_view unit;
  double least;
  double factor;
  std::string_view printed;
};
// Bandwidth is printed in decimal GB/s throughout, as all the field's tools do, whose users compare
// figures by eye. Times are in us up to where they become long.
constexpr std::array scales{Scale{"bytes_per_s", 0, 1e9, "GB/s"},
                            Scale{"flop_per_s", 1e13, 1e12, "TFLOP/s"},
                            Scale{"flop_per_s", 0, 1e9, "GFLOP/s"},
                            Scale{"share", 0, 0.01, "%"},
                            Scale{"s", 1, 1, "s"},
                            Scale{"s", 0.1, 1e-3, "ms"},
                            Scale{"s", 0, 1e-6, "us"}};

/// Three digits that count, without an exponent where people would not write one.
std::string three_digits(double value) {
  const double size = std::abs(value);
  if (size >= 100) return fmt::format("{:.0f}", value);
  if (size >= 10) return fmt::format("{:.1f}", value);
  if (size >= 1) return fmt::format("{:.2f}", value);
  return fmt::format("{:.3g}", value);
}

}  // namespace

std::string quantity(double value, const std::string& unit) {
  for (const auto& scale : scales) {
    if (unit == scale.unit && std::abs(value) >= scale.least) {
      return fmt::format("{} {}", three_digits(value / scale.factor), scale.printed);
    }
  }
  return unit.empty() ? fmt::format("{:g}", value) : fmt::format("{:g} {}", value, unit);
}

bool less_is_better(const std::string& unit) {
  return unit == "s" || unit == "elements" || unit == "share" || unit == "times lost" ||
         unit == "products";
}

}  // namespace assay::results
