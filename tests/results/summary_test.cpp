#include "results/summary.hpp"

#include <gtest/gtest.h>

namespace assay::results {
namespace {

Record record_of(const std::vector<double>& samples) {
  Record record;
  record.samples_s = samples;
  record.disturbed.assign(samples.size(), 0);
  summarise(record);
  record.rate_flop_per_s = 100 / *record.median_s;
  return record;
}

TEST(Summarise, SetsWhatFollowsFromTheSamples) {
  const Record record = record_of({3, 1, 2});
  EXPECT_DOUBLE_EQ(*record.median_s, 2);
  EXPECT_DOUBLE_EQ((*record.interval_s)[0], 1);
  EXPECT_DOUBLE_EQ(record.percentiles_s->p50, 2);
  EXPECT_GT(*record.fast_s, 0);
}

TEST(Merge, AddsTurnsAndWrongElementsAndScalesRates) {
  Record record = record_of({1, 1});
  Record more = record_of({4, 4, 4});
  more.wrong = 2;
  more.first_wrong = WrongValue{1, 7, "1", "2"};
  merge(record, more);
  EXPECT_EQ(record.samples_s.size(), 5u);
  EXPECT_EQ(record.passes, (std::vector<int>{2, 3}));
  EXPECT_DOUBLE_EQ(*record.median_s, 4);
  EXPECT_DOUBLE_EQ(*record.rate_flop_per_s, 25);
  EXPECT_EQ(record.wrong, 2u);
  EXPECT_EQ(record.first_wrong->offset, 7u);
}

}  // namespace
}  // namespace assay::results
