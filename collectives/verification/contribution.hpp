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

/// The finaliser of SplitMix64 (Steele, Lea & Flood, OOPSLA 2014).
[[nodiscard]] constexpr std::uint64_t mixed(std::uint64_t z) {
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9U;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebU;
  return z ^ (z >> 31);
}

/// The contribution of a sum. IEEE sums are commutative but not associative, and so is the order.
[[nodiscard]] inline Contribution operator+(const Contribution& a, const Contribution& b) {
  constexpr auto prime = (Contribution::Fingerprint{1} << 127) - 1;
  constexpr auto many = std::numeric_limits<std::uint32_t>::max();
  auto fingerprint = a.fingerprint + b.fingerprint;  // below 2^128: both are below the prime
  if (fingerprint >= prime) fingerprint -= prime;
  // Sticks at the end of its range, so that a wrong count cannot wrap around to the right one.
  const std::uint32_t count = a.count > many - b.count ? many : a.count + b.count;
  return {fingerprint, mixed(a.order + b.order), count, false};
}

/// What each rank's input contributes, but for the block (see `of_block`). The same in every run,
/// so that a proof can be repeated: the plans it judges were not made with these numbers in mind.
[[nodiscard]] inline std::vector<Contribution> rank_contributions(std::size_t ranks) {
  constexpr int word_bits = 64;
  std::mt19937_64 engine{};
  std::vector<Contribution> all(ranks);
  for (Contribution& one : all) {
    const std::uint64_t low = engine();
    one.fingerprint = (Contribution::Fingerprint{engine()} << word_bits) + low;
    one.order = engine();
    one.count = 1;
  }
  return all;
}

/// What one block of a rank's input contributes: each has a weight of its own, from two SplitMix64
/// streams that the rank's numbers are the seeds of. The order of summation is one of ranks.
[[nodiscard]] inline Contribution of_block(Contribution input, std::uint32_t block) {
  constexpr int word_bits = 64;
  constexpr int weight_bits = 126;  // below the prime
  const std::uint64_t step = (std::uint64_t{block} + 1) * 0x9e3779b97f4a7c15U;
  const std::uint64_t low = mixed(static_cast<std::uint64_t>(input.fingerprint) + step);
  const std::uint64_t high =
      mixed(static_cast<std::uint64_t>(input.fingerprint >> word_bits) + step);
  input.fingerprint =
      (Contribution::Fingerprint{high >> (2 * word_bits - weight_bits)} << word_bits) + low;
  return input;
}

}  // namespace assay::collectives
