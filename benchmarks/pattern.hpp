#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "collectives/block_weights.hpp"
#include "collectives/data_type.hpp"
#include "collectives/operation.hpp"

namespace assay::benchmarks {

/// Wrong elements of one result.
struct Mismatch {
  std::uint64_t count = 0;
  std::size_t offset = 0;  ///< of the first, in elements
  std::string expected;
  std::string found;
};

/// Which rank's data of which collective.
struct PatternShape {
  collectives::Operation operation = collectives::Operation::all_reduce;
  collectives::DataType type = collectives::DataType::float32;
  collectives::ReduceOp op = collectives::ReduceOp::sum;  ///< ignored where nothing is reduced
  int rank = 0;
  int ranks = 1;
  int root = 0;                            ///< of a transfer: the sender
  collectives::BlockWeights weights = {};  ///< where the operation has them
};

/// Random inputs of all ranks of a collective, and what each rank must end with.
///
/// Sums are exact in any order wherever the type has the bits for it: values are k * 2^-b for
/// random integers |k| < 2^b (integers: k itself) with b such that the sum of all ranks' k still
/// fits the significand. Then every order of summation gives the same bits, and a check asks for
/// equality: the bound on the error is zero. Products are of signed powers of two, few enough of
/// them not to leave the exponent's range (integers: of small factors, which wrap around alike in
/// any order). Where a narrow type has no bits left for so many ranks, only a few of them have
/// other numbers than zero at each place, and results are held against a bound (`error_bound`,
/// still zero but for the narrowest float).
///
/// Every sample uses the same random sequence from another start, and so does every block of a
/// buffer, so that a stale result or one of another block is wrong nearly everywhere.
class Pattern {
 public:
  /// `largest_count` elements a block (Operation says what a block is).
  /// Cost   ranks x largest_count random numbers.
  Pattern(const PatternShape& shape, std::size_t largest_count, std::uint64_t seed = 1);
  ~Pattern();
  Pattern(Pattern&&) noexcept;
  Pattern& operator=(Pattern&&) noexcept;

  /// This rank's whole input of sample number `sample`, of `count` elements a block (times its
  /// weight); nothing is written where the operation gives this rank no input.
  void fill(void* input, std::size_t count, std::uint64_t sample) const;
  /// Compares this rank's whole output; none where the operation gives it none. Mismatch::offset
  /// counts from the beginning of the output.
  [[nodiscard]] std::optional<Mismatch> check(const void* output, std::size_t count,
                                              std::uint64_t sample) const;

 private:
  class Data;
  std::unique_ptr<Data> data_;
};

}  // namespace assay::benchmarks
