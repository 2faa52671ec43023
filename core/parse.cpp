#include "core/parse.hpp"

#include <fmt/format.h>

#include <array>
#include <charconv>
#include <cmath>
#include <limits>
#include <optional>
#include <string>

#include "core/error.hpp"

namespace assay {

namespace {

struct Unit {
  std::string_view name;
  double factor;
};

/// A number and what follows it.
struct Quantity {
  double value;
  std::string_view unit;
};

std::optional<Quantity> split(std::string_view text) {
  double value = 0;
  const auto [rest, problem] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (problem != std::errc{} || !std::isfinite(value)) return std::nullopt;
  return Quantity{value, std::string_view{rest, text.data() + text.size()}};
}

template <std::size_t N>
std::optional<double> scaled(std::string_view text, const std::array<Unit, N>& units) {
  const auto quantity = split(text);
  if (!quantity) return std::nullopt;
  for (const Unit& unit : units)
    if (unit.name == quantity->unit) return quantity->value * unit.factor;
  return std::nullopt;
}

constexpr double kibi = 1024.0;
constexpr std::array size_units{
    Unit{"", 1.0},
    Unit{"B", 1.0},
    Unit{"K", kibi},
    Unit{"k", kibi},
    Unit{"KB", kibi},
    Unit{"KiB", kibi},
    Unit{"M", kibi* kibi},
    Unit{"m", kibi* kibi},
    Unit{"MB", kibi* kibi},
    Unit{"MiB", kibi* kibi},
    Unit{"G", kibi* kibi* kibi},
    Unit{"g", kibi* kibi* kibi},
    Unit{"GB", kibi* kibi* kibi},
    Unit{"GiB", kibi* kibi* kibi},
};
constexpr std::array span_units{
    Unit{"", 1.0},    Unit{"s", 1.0},  Unit{"ms", 1e-3},
    Unit{"us", 1e-6}, Unit{"m", 60.0}, Unit{"h", 3600.0},
};
constexpr std::array share_units{Unit{"", 1.0}, Unit{"%", 0.01}};

}  // namespace

Bytes parse_size(std::string_view text) {
  constexpr double limit = 9e18;  // below 2^63
  const auto bytes = scaled(text, size_units);
  if (!bytes || *bytes < 0 || *bytes > limit || *bytes != std::floor(*bytes))
    throw UsageError{
        fmt::format("'{}' is no size; write a whole number of bytes, or one with K, M or G", text)};
  return {static_cast<std::uint64_t>(*bytes)};
}

Seconds parse_span(std::string_view text) {
  const auto seconds = scaled(text, span_units);
  if (!seconds || *seconds < 0)
    throw UsageError{fmt::format("'{}' is no span of time; write 30, 30s, 5ms, 20us or 10m", text)};
  return {*seconds};
}

double parse_share(std::string_view text) {
  const auto share = scaled(text, share_units);
  if (!share || *share < 0 || *share >= 1.0)
    throw UsageError{fmt::format("'{}' is no share; write 50% or 0.5, below 100%", text)};
  return *share;
}

int parse_integer(std::string_view text, int low, int high, std::string_view what) {
  int value = 0;
  const auto [rest, problem] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (problem != std::errc{} || rest != text.data() + text.size() || value < low || value > high)
    throw UsageError{
        high == std::numeric_limits<int>::max()
            ? fmt::format("{} is '{}'; it must be a whole number from {} on", what, text, low)
            : fmt::format("{} is '{}'; it must be a whole number from {} to {}", what, text, low,
                          high)};
  return value;
}

}  // namespace assay
