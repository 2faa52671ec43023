#include "benchmarks/matmul/digest_vote.hpp"

#include <gtest/gtest.h>

#include <fmt/format.h>

#include "tests/collectives/ranks_as_threads.hpp"

namespace assay::benchmarks {
namespace {

using collectives::Bootstrap;
using collectives::run_ranks;
using results::Record;

ProductBits bits(std::vector<std::uint32_t> elements) {
  const std::uint64_t digest = digest_of(elements);
  return {std::move(elements), digest};
}
ProductBits right() { return bits({1, 2, 3, 4}); }
ProductBits wrong() { return bits({1, 2, 7, 5}); }

RepeatedProduct product(const std::string& kind, const std::vector<ProductBits>& repeats) {
  RepeatedProduct product{kind};
  for (const ProductBits& repeat : repeats) product.add_repeat(repeat, Seconds{1e-3});
  return product;
}

TEST(CompareProducts, NameWhatADeviatingRankHasAndShouldHave) {
  run_ranks(3, [](Bootstrap& world) {
    const bool deviates = world.rank() == 1;
    const auto mine = product("fused", {right(), deviates ? wrong() : right(), right()});
    Record record;
    compare_products(world, {&mine, 1}, {&record, 1});
    EXPECT_EQ(record.counters.at("repeats"), 3U);
    EXPECT_EQ(record.counters.at("deviating"), deviates ? 1U : 0U);
    EXPECT_EQ(record.wrong, deviates ? 2U : 0U);
    ASSERT_EQ(record.first_wrong.has_value(), deviates);
    if (!deviates) return;
    EXPECT_EQ(record.first_wrong->rank, 1);
    EXPECT_EQ(record.first_wrong->offset, 2U);
    EXPECT_EQ(record.first_wrong->expected, shown_bits(3));
    EXPECT_EQ(record.first_wrong->found, shown_bits(7));
  });
}

TEST(CompareProducts, TellADeviceThatNeverHasTheRightBits) {
  run_ranks(3, [](Bootstrap& world) {
    const bool deviates = world.rank() == 2;
    const auto mine = product("fused", {deviates ? wrong() : right()});
    Record record;
    compare_products(world, {&mine, 1}, {&record, 1});
    EXPECT_EQ(record.wrong, deviates ? 2U : 0U);
    EXPECT_EQ(record.digest, fmt::format("{:016x}", (deviates ? wrong() : right()).digest));
  });
}

TEST(CompareProducts, OfOneKindOnly) {
  run_ranks(2, [](Bootstrap& world) {
    // The second rank's GPUs are of another kind, and it has two of them.
    std::vector<RepeatedProduct> mine{product("persistent 9.0", {right(), right()})};
    if (world.rank() == 1)
      mine = {product("tensor_cores 8.0", {wrong(), wrong()}),
              product("tensor_cores 8.0", {wrong(), right()})};
    std::vector<Record> records(mine.size());
    compare_products(world, mine, records);
    EXPECT_EQ(records[0].counters.at("deviating"), 0U);
    if (world.rank() == 0) return;
    EXPECT_EQ(records[1].counters.at("deviating"), 1U);
    EXPECT_EQ(records[1].first_wrong->expected, shown_bits(7));
  });
}

TEST(CompareProducts, DecideNothingWithoutAMajority) {
  run_ranks(2, [](Bootstrap& world) {
    const auto mine = product("fused", {world.rank() == 0 ? right() : wrong()});
    Record record;
    compare_products(world, {&mine, 1}, {&record, 1});
    EXPECT_FALSE(record.wrong);
    EXPECT_FALSE(record.counters.contains("deviating"));
    EXPECT_TRUE(record.digest);
  });
}

TEST(CompareProducts, LetAnotherWayDecideBetweenTwo) {
  run_ranks(2, [](Bootstrap& world) {
    auto mine = product("fused", {world.rank() == 0 ? right() : wrong()});
    mine.add_other(right());
    Record record;
    compare_products(world, {&mine, 1}, {&record, 1});
    EXPECT_EQ(record.counters.at("repeats"), 1U);
    EXPECT_EQ(record.wrong, world.rank() == 0 ? 0U : 2U);
  });
}

}  // namespace
}  // namespace assay::benchmarks
