#pragma once

#include <array>
#include <optional>
#include <span>

#include "benchmarks/pattern.hpp"

namespace assay::benchmarks {

/// Numbers that come again and again in a long array. Prime, so that no power of two repeats it;
/// 8 KiB, so that comparing with it reads the array alone.
using Period = std::array<double, 1021>;

/// The small integers (i * factor) % period, whose sums and small multiples are exact.
[[nodiscard]] Period period_of_multiples(unsigned factor);

/// a + factor * b, element by element.
[[nodiscard]] Period sum_of(const Period& a, double factor, const Period& b);

/// Cost   what writing the array takes.
void fill(std::span<double> array, const Period& values);

/// Where `found` is not `values` again and again, if anywhere.
/// Cost   what reading the array takes, where all of it is right.
[[nodiscard]] std::optional<Mismatch> mismatch(std::span<const double> found, const Period& values);

}  // namespace assay::benchmarks
