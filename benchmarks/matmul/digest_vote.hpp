#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "benchmarks/matmul/repeatable_product.hpp"
#include "benchmarks/matmul/votes.hpp"
#include "collectives/bootstrap.hpp"
#include "core/units.hpp"
#include "results/record.hpp"

namespace assay::benchmarks {

/// One product that one device computed again and again, and what came out.
class RepeatedProduct {
 public:
  /// Bits can be compared only among results of one kind: the same operands, the same order of
  /// sums, the same rounding.
  explicit RepeatedProduct(const std::string& kind);

  void add_repeat(ProductBits bits, Seconds elapsed);
  /// A result of the same kind by another way, which only votes.
  void add_other(ProductBits bits);

  [[nodiscard]] std::uint64_t kind() const { return kind_; }
  /// The results that were seen, and how often.
  [[nodiscard]] const DigestVotes& votes() const { return votes_; }
  /// Their bits; null where so many kinds of them were seen that they were not kept.
  [[nodiscard]] const ProductBits* bits_of(std::uint64_t digest) const;
  /// Of the repeats, in their order.
  [[nodiscard]] const std::vector<std::uint64_t>& repeats() const { return repeats_; }
  [[nodiscard]] const std::vector<double>& seconds() const { return seconds_; }
  /// What most of its own repeats gave; at least one was added.
  [[nodiscard]] std::uint64_t usual() const;

 private:
  void keep(ProductBits bits);

  std::uint64_t kind_;
  std::map<std::uint64_t, ProductBits> kept_;
  DigestVotes votes_;
  std::vector<std::uint64_t> repeats_;
  std::vector<double> seconds_;
};

/// Collective: decides for each kind what its right bits are, which more than half of all votes of
/// all ranks are for, and fills the record of each of this rank's products, as many of both:
/// samples_s, `digest`, counters `repeats` and, where the right bits are known, `deviating`; of a
/// product that deviates `wrong` and `first_wrong` of its first deviating repeat, for which a rank
/// that has the right bits tells them.
void compare_products(collectives::Bootstrap& world, std::span<const RepeatedProduct> products,
                      std::span<results::Record> records);

}  // namespace assay::benchmarks
