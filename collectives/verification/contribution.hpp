#pragma once

#include <cstdint>
#include <limits>
#include <random>
#include <vector>

namespace assay::collectives {

/// Whose inputs a block holds, and in which order they were summed.
struct Contribution {
  __extension__ typedef unsigned __int128 Fingerprint;

  Fingerprint fingerprint = 0;  ///< sum of the ranks' random weights modulo 2^127 - 1
  std::uint64_t order = 0;      ///< hash of the tree of sums
  std::uint32_t count = 0;      ///< inputs summed; 0: nothing was written yet
  bool complete = false;        ///< declared so (Step::completes): nothing may be added any more

  [[nodiscard]] bool exists() const { return count > 0; }
  /// Holds the same inputs, each as often. With equal counts at most equal to the number of ranks
  /// the difference of two multisets is a non-zero linear form in the weights, which vanishes for
  /// at most one choice of weights in 2^126.
  [[nodiscard]] bool same_inputs(const Contribution& other) const {
    return fingerprint == other.fingerprint && count == other.count;
  }
};

/// The contribution of a sum. IEEE sums are commutative but not associative, and so is the order.
[[nodiscard]] inline Contribution operator+(const Contribution& a, const Contribution& b) {
  constexpr auto prime = (Contribution::Fingerprint{1} << 127) - 1;
  constexpr auto many = std::numeric_limits<std::uint32_t>::max();
  auto fingerprint = a.fingerprint + b.fingerprint;  // below 2^128: both are below the prime
  if (fingerprint >= prime) fingerprint -= prime;
  // The finaliser of SplitMix64 (Steele, Lea & Flood, OOPSLA 2014).
  std::uint64_t order = a.order + b.order;
  order = (order ^ (order >> 30)) * 0xbf58476d1ce4e5b9U;
  order = (order ^ (order >> 27)) * 0x94d049bb133111ebU;
  order ^= order >> 31;
  // Sticks at the end of its range, so that a wrong count cannot wrap around to the right one.
  const std::uint32_t count = a.count > many - b.count ? many : a.count + b.count;
  return {fingerprint, order, count, false};
}

/// What each rank's input contributes. The same in every run, so that a proof can be repeated: the
/// plans it judges were not made with these numbers in mind.
[[nodiscard]] inline std::vector<Contribution> rank_contributions(std::size_t ranks) {
  std::mt19937_64 engine{};
  std::vector<Contribution> all(ranks);
  for (Contribution& one : all) {
    constexpr int weight_bits = 126;  // below the prime
    constexpr int word_bits = 64;
    const std::uint64_t low = engine();
    const std::uint64_t high = engine() >> (2 * word_bits - weight_bits);
    one.fingerprint = (Contribution::Fingerprint{high} << word_bits) + low;
    one.order = engine();
    one.count = 1;
  }
  return all;
}

}  // namespace assay::collectives
