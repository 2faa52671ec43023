#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "collectives/data_type.hpp"

namespace assay::benchmarks {

/// Wrong elements of one result.
struct Mismatch {
  std::uint64_t count = 0;
  std::size_t offset = 0;  ///< of the first, in elements
  std::string expected;
  std::string found;
};

/// Random inputs of all ranks whose sums are exact in any order, and the results to expect.
///
/// Values are k * 2^-b for uniformly random integers |k| < 2^b (integers: k itself), with b such
/// that the sum of all ranks' k still fits the type's mantissa. So every order of summation gives
/// the same bits, and a check can ask for equality: the bound on the error is zero. b follows
/// from the number of ranks: mantissa bits - ceil(log2 ranks).
///
/// Every sample uses the same random sequence from another start, so that a stale result of the
/// sample before is wrong nearly everywhere.
class Pattern {
 public:
  /// Cost   ranks x count random numbers. Memory: 2 x count elements.
  Pattern(collectives::DataType type, collectives::ReduceOp op, std::size_t count, int rank,
          int ranks, std::uint64_t seed = 1);
  ~Pattern();
  Pattern(Pattern&&) noexcept;
  Pattern& operator=(Pattern&&) noexcept;

  /// This rank's input of sample number `sample`.
  void fill(void* buffer, std::size_t count, std::uint64_t sample) const;
  /// Compares a reduced result of all ranks.
  [[nodiscard]] std::optional<Mismatch> check(const void* result, std::size_t count,
                                              std::uint64_t sample) const;

 private:
  class Data;
  std::unique_ptr<Data> data_;
};

}  // namespace assay::benchmarks
