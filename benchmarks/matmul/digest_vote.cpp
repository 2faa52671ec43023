#include "benchmarks/matmul/digest_vote.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <set>
#include <utility>

namespace assay::benchmarks {

namespace {

using collectives::gather_lists;
using collectives::gather_values;
using results::Record;

/// Results with other bits are kept to be looked at; more kinds of them say nothing more.
constexpr std::size_t kept_at_most = 8;

/// How often a rank saw one result, as it tells the others.
struct Vote {
  std::uint64_t kind = 0;
  std::uint64_t digest = 0;
  int count = 0;
};

using RightDigests = std::map<std::uint64_t, std::optional<std::uint64_t>>;  ///< by kind

/// Collective: the same on all ranks.
RightDigests vote(collectives::Bootstrap& world, std::span<const RepeatedProduct> products) {
  std::vector<Vote> mine;
  for (const RepeatedProduct& product : products)
    for (const auto& [digest, count] : product.votes())
      mine.push_back({product.kind(), digest, count});
  std::map<std::uint64_t, DigestVotes> votes;
  for (const auto& rank : gather_lists(world, mine))
    for (const Vote& vote : rank) votes[vote.kind][vote.digest] += vote.count;
  RightDigests right;
  for (const auto& [kind, of_kind] : votes) right[kind] = agreed_digest(of_kind);
  return right;
}

std::int64_t deviating(const RepeatedProduct& product, std::optional<std::uint64_t> right) {
  return std::ranges::count_if(product.repeats(),
                               [&](std::uint64_t digest) { return digest != right; });
}

/// Collective: the kinds of which someone has a result that is not the right one.
std::set<std::uint64_t> kinds_in_doubt(collectives::Bootstrap& world,
                                       std::span<const RepeatedProduct> products,
                                       const RightDigests& right) {
  std::vector<std::uint64_t> mine;
  for (const RepeatedProduct& product : products)
    if (deviating(product, right.at(product.kind())) > 0) mine.push_back(product.kind());
  std::set<std::uint64_t> kinds;
  for (const auto& rank : gather_lists(world, mine)) kinds.insert(rank.begin(), rank.end());
  return kinds;
}

/// Collective: the right bits, from the first rank that has them; none where nobody has.
std::vector<std::uint32_t> ask_for_bits(collectives::Bootstrap& world,
                                        std::span<const RepeatedProduct> products,
                                        std::uint64_t kind, std::uint64_t right) {
  const ProductBits* mine = nullptr;
  for (const RepeatedProduct& product : products)
    if (product.kind() == kind && mine == nullptr) mine = product.bits_of(right);
  const auto who_has = gather_values(world, mine != nullptr ? 1 : 0);
  const auto holder = std::ranges::find(who_has, 1) - who_has.begin();
  const bool tells = mine != nullptr && holder == world.rank();
  auto told = gather_lists(world, tells ? mine->elements : std::vector<std::uint32_t>{});
  return std::cmp_less(holder, told.size()) ? std::move(told[static_cast<std::size_t>(holder)])
                                            : std::vector<std::uint32_t>{};
}

void describe(const RepeatedProduct& product, std::optional<std::uint64_t> right, Record& record) {
  record.samples_s = product.seconds();
  record.digest = fmt::format("{:016x}", product.usual());
  record.counters["repeats"] = product.repeats().size();
  if (!right) return;
  record.wrong = 0;
  record.counters["deviating"] = static_cast<std::uint64_t>(deviating(product, right));
}

/// What is wrong with the first deviating repeat.
void compare(collectives::Bootstrap& world, const RepeatedProduct& product,
             std::uint64_t right_digest, const std::vector<std::uint32_t>& right, Record& record) {
  const auto first = std::ranges::find_if(
      product.repeats(), [&](std::uint64_t digest) { return digest != right_digest; });
  if (first == product.repeats().end()) return;
  const ProductBits* found = product.bits_of(*first);
  if (found == nullptr) return;
  for (std::size_t i = 0; i < right.size(); ++i) {
    if (right[i] == found->elements[i]) continue;
    if (*record.wrong == 0)
      record.first_wrong = {world.rank(), i, shown_bits(right[i]), shown_bits(found->elements[i])};
    ++*record.wrong;
  }
}

std::uint64_t number_of(const std::string& kind) {
  return digest_of(std::vector<std::uint32_t>(kind.begin(), kind.end()));
}

}  // namespace

RepeatedProduct::RepeatedProduct(const std::string& kind) : kind_{number_of(kind)} {}

void RepeatedProduct::add_repeat(ProductBits bits, Seconds elapsed) {
  repeats_.push_back(bits.digest);
  seconds_.push_back(elapsed.value);
  keep(std::move(bits));
}

void RepeatedProduct::add_other(ProductBits bits) { keep(std::move(bits)); }

void RepeatedProduct::keep(ProductBits bits) {
  const std::uint64_t digest = bits.digest;
  ++votes_[digest];
  if (kept_.size() < kept_at_most) kept_.try_emplace(digest, std::move(bits));
}

const ProductBits* RepeatedProduct::bits_of(std::uint64_t digest) const {
  const auto found = kept_.find(digest);
  return found == kept_.end() ? nullptr : &found->second;
}

std::uint64_t RepeatedProduct::usual() const {
  DigestVotes own;
  for (const std::uint64_t digest : repeats_) ++own[digest];
  return std::ranges::max_element(own, {}, [](const auto& entry) { return entry.second; })->first;
}

void compare_products(collectives::Bootstrap& world, std::span<const RepeatedProduct> products,
                      std::span<Record> records) {
  const RightDigests right = vote(world, products);
  for (std::size_t i = 0; i < products.size(); ++i)
    describe(products[i], right.at(products[i].kind()), records[i]);
  for (const std::uint64_t kind : kinds_in_doubt(world, products, right)) {
    const auto right_digest = right.at(kind);
    if (!right_digest) continue;
    const auto bits = ask_for_bits(world, products, kind, *right_digest);
    for (std::size_t i = 0; i < products.size(); ++i)
      if (products[i].kind() == kind) compare(world, products[i], *right_digest, bits, records[i]);
  }
}

}  // namespace assay::benchmarks
