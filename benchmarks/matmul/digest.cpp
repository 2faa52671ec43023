#include "benchmarks/matmul/digest.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>

#include "benchmarks/gathered_records.hpp"
#include "benchmarks/matmul/repeatable_product.hpp"
#include "benchmarks/matmul/votes.hpp"
#include "core/clock.hpp"

namespace assay::benchmarks {

namespace {

using collectives::gather_lists;
using collectives::gather_values;
using results::Record;

/// Products with other bits are kept to be looked at; more kinds of them say nothing more.
constexpr std::size_t kept_at_most = 8;

/// One digest that a rank found, as it tells the others.
struct Vote {
  std::uint64_t digest = 0;
  int count = 0;
  int fused = 0;  ///< only votes of one kind are of one product
};

/// What one rank found.
struct OwnResults {
  std::map<std::uint64_t, ProductBits> kept;
  DigestVotes repeats;               ///< of the kernel
  std::vector<double> seconds;       ///< of each
  std::vector<std::uint64_t> order;  ///< digests in the order of the repeats
};

OwnResults compute(const Job& job, const RepeatableProduct& product, int repeats) {
  OwnResults own;
  const int flip_every = matmul_flip_every(job.faults, job.rank());
  for (int repeat = 0; repeat < repeats; ++repeat) {
    job.heartbeat.beats.fetch_add(1);
    const bool flip = flip_every > 0 && repeat % flip_every == flip_every - 1;
    const Seconds begin = steady_now();
    ProductBits bits = product.multiply(flip);
    own.seconds.push_back((steady_now() - begin).value);
    own.order.push_back(bits.digest);
    ++own.repeats[bits.digest];
    const std::uint64_t digest = bits.digest;
    if (own.kept.size() < kept_at_most) own.kept.try_emplace(digest, std::move(bits));
  }
  return own;
}

/// All votes for products of one kind of rounding: those of kernels, and of plain loops, which
/// decide where there is one rank or two.
DigestVotes votes_for(const std::vector<std::vector<Vote>>& all, bool fused) {
  DigestVotes votes;
  for (const auto& rank : all)
    for (const Vote& vote : rank)
      if ((vote.fused != 0) == fused) votes[vote.digest] += vote.count;
  return votes;
}

/// Collective, where anyone deviates: the right bits, from the first rank that has them.
std::vector<std::uint32_t> ask_for_right_bits(const Job& job, const OwnResults& own,
                                              std::optional<std::uint64_t> right) {
  const bool has = right && own.kept.contains(*right);
  const auto who_has = gather_values(job.world, has ? *right : std::uint64_t{0});
  const auto holder_of = [&](std::uint64_t digest) {
    return static_cast<std::size_t>(std::ranges::find(who_has, digest) - who_has.begin());
  };
  const auto me = static_cast<std::size_t>(job.rank());
  const bool is_holder = has && holder_of(*right) == me;
  const auto told = gather_lists(
      job.world, is_holder ? own.kept.at(*right).elements : std::vector<std::uint32_t>{});
  if (!right || holder_of(*right) == told.size()) return {};
  return told[holder_of(*right)];
}

/// What is wrong with the first deviating product.
void compare(const Job& job, const std::vector<std::uint32_t>& right,
             const std::vector<std::uint32_t>& found, Record& record) {
  record.wrong = 0;
  for (std::size_t i = 0; i < right.size(); ++i) {
    if (right[i] == found[i]) continue;
    if (*record.wrong == 0)
      record.first_wrong = {job.rank(), i, shown_bits(right[i]), shown_bits(found[i])};
    ++*record.wrong;
  }
}

Record describe_digests(const Job& job, const RepeatableProduct& product, const OwnResults& own,
                        const DigestOptions& options) {
  Record record;
  record.benchmark = "digest";
  record.implementation = "assay";
  record.algorithm = product.kernel().fused ? "fused" : "rounded twice";
  record.dtype = "float32";
  record.size_bytes = options.shape.rows * options.shape.columns * sizeof(float);
  record.shape = name_of(options.shape);
  record.rank = job.rank();
  record.host = job.identity(job.rank()).host;
  record.device = "cpu";
  record.samples_s = own.seconds;
  const auto usual =
      std::ranges::max_element(own.repeats, {}, [](const auto& entry) { return entry.second; });
  record.digest = fmt::format("{:016x}", usual->first);
  record.counters["repeats"] = own.order.size();
  record.time = utc_timestamp();
  return record;
}

}  // namespace

std::vector<Record> measure_digests(const Job& job, const DigestOptions& options) {
  job.announce("digest");
  const RepeatableProduct product{options.shape};
  OwnResults own = compute(job, product, options.repeats);
  ProductBits plain = product.multiply_plainly();

  const int fused = product.kernel().fused ? 1 : 0;
  std::vector<Vote> mine{{plain.digest, 1, fused}};
  own.kept.try_emplace(plain.digest, std::move(plain));
  for (const auto& [digest, count] : own.repeats) mine.push_back({digest, count, fused});
  const auto all = gather_lists(job.world, mine);
  const auto right = agreed_digest(votes_for(all, fused != 0));

  Record record = describe_digests(job, product, own, options);
  const auto deviating =
      std::ranges::count_if(own.order, [&](std::uint64_t digest) { return digest != right; });
  if (right) {
    record.wrong = 0;
    record.counters["deviating"] = static_cast<std::uint64_t>(deviating);
  }
  const auto deviants = gather_values(job.world, deviating);
  if (std::ranges::any_of(deviants, [](auto count) { return count > 0; })) {
    const auto bits = ask_for_right_bits(job, own, right);
    const auto first =
        std::ranges::find_if(own.order, [&](std::uint64_t digest) { return digest != right; });
    if (right && first != own.order.end() && own.kept.contains(*first))
      compare(job, bits, own.kept.at(*first).elements, record);
  }
  return gather_records(job.world, {record});
}

}  // namespace assay::benchmarks
