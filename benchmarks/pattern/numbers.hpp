#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <type_traits>

#include "benchmarks/pattern/number_plan.hpp"

namespace assay::benchmarks {

/// SplitMix64's output function (Steele, Lea & Flood, OOPSLA 2014): a number per index, so that any
/// rank can make any other's data.
constexpr std::uint64_t mixed(std::uint64_t index) {
  std::uint64_t z = index * 0x9e3779b97f4a7c15U;
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9U;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebU;
  return z ^ (z >> 31);
}

/// The random numbers of one rank, as Wide: double, or int64_t for integer types.
template <class Wide>
class Numbers {
 public:
  Numbers(const NumberPlan& plan, std::uint64_t seed, int rank, int ranks)
      : plan_{plan},
        stream_{stream_of(seed, rank)},
        places_{stream_of(seed, -1)},
        rank_{static_cast<std::uint64_t>(rank)},
        ranks_{static_cast<std::uint64_t>(ranks)} {}

  /// Calls use(i, number) with the number at begin + i, for all i below `count`.
  template <class Use>
  void for_each(std::size_t begin, std::size_t count, Use use) const {
    const Numbers own = *this;  // a copy that, as compilers can see, nothing `use` stores changes
    const bool everywhere = own.plan_.contributors >= static_cast<int>(own.ranks_);
    const auto visit = [&](auto number) {
      for (std::size_t i = 0; i < count; ++i)
        use(i, number(mixed(own.stream_ + begin + i), everywhere || own.contributes(begin + i)));
    };
    switch (own.plan_.kind) {
      case NumberPlan::Kind::integers:
        return visit([&](auto random, bool mine) { return own.integer(random, mine); });
      case NumberPlan::Kind::powers_of_two:
        return visit([&](auto random, bool mine) { return own.power_of_two(random, mine); });
      case NumberPlan::Kind::odd_factors:
        return visit([&](auto random, bool /*mine*/) { return own.odd_factor(random); });
    }
  }

 private:
  static std::uint64_t stream_of(std::uint64_t seed, int rank) {
    return mixed(seed * 0x100000001b3U + static_cast<std::uint64_t>(rank) + 1);
  }

  /// A number below `limit` < 2^32: far quicker than a remainder.
  static std::uint64_t below(std::uint64_t limit, std::uint64_t random) {
    return (random >> 32) * limit >> 32;
  }

  /// At each place a window of neighbouring ranks, at random.
  [[nodiscard]] bool contributes(std::size_t index) const {
    const std::uint64_t first = below(ranks_, mixed(places_ + index));
    const std::uint64_t distance = rank_ >= first ? rank_ - first : rank_ + ranks_ - first;
    return distance < static_cast<std::uint64_t>(plan_.contributors);
  }

  [[nodiscard]] Wide integer(std::uint64_t random, bool mine) const {
    if (!mine) return 0;
    const auto value =
        with_sign(random, static_cast<std::int64_t>((random >> 1) >> (63 - plan_.bits)));
    if constexpr (std::is_floating_point_v<Wide>)
      return static_cast<Wide>(value) * plan_.scale;
    else
      return value;
  }

  [[nodiscard]] Wide power_of_two(std::uint64_t random, bool mine) const {
    const auto largest = static_cast<std::uint64_t>(plan_.largest_power);
    const std::uint64_t shifted = mine ? below(2 * largest + 1, random) : largest;
    constexpr std::uint64_t bias = 1023;
    const auto power = std::bit_cast<double>((bias + shifted - largest) << 52);
    return static_cast<Wide>(with_sign(random, power));
  }

  [[nodiscard]] Wide odd_factor(std::uint64_t random) const {
    return static_cast<Wide>(with_sign(random, static_cast<std::int64_t>((random >> 60) | 1U)));
  }

  template <class Value>
  [[nodiscard]] Value with_sign(std::uint64_t random, Value value) const {
    // No branch: nobody could predict it.
    const auto is_negative = static_cast<std::int64_t>(random & (plan_.has_sign ? 1U : 0U));
    return value * static_cast<Value>(1 - 2 * is_negative);
  }

  NumberPlan plan_;
  std::uint64_t stream_;
  std::uint64_t places_;  ///< the same on all ranks
  std::uint64_t rank_;
  std::uint64_t ranks_;
};

}  // namespace assay::benchmarks
