#include "results/setting.hpp"

#include <gmock/gmock.h>

namespace assay::results {
namespace {

TEST(Setting, HoldsWhatWasChosenAndNothingThatCameOut) {
  Record record;
  record.benchmark = "pair";
  record.implementation = "assay";
  record.from_rank = 0;
  record.to_rank = 3;
  record.median_s = 1;
  record.confirmation = 2;
  EXPECT_EQ(setting_name(settings_of(record)), "pair/assay/host/real/from_rank:0/to_rank:3");
  Record again = record;
  again.median_s = 2;
  again.confirmation = 0;
  EXPECT_EQ(settings_of(record), settings_of(again));
  again.rail = "mlx5_0";
  EXPECT_NE(settings_of(record), settings_of(again));
  for (const auto set : {+[](Record& changed) { changed.graph = 20; },
                         +[](Record& changed) { changed.symmetric_window = true; },
                         +[](Record& changed) { changed.operands = "zeros"; }}) {
    Record changed = record;
    set(changed);
    EXPECT_NE(settings_of(record), settings_of(changed));
  }
  Record other = record;
  other.peer = "gpu1";
  EXPECT_NE(settings_of(record), settings_of(other));
}

}  // namespace
}  // namespace assay::results
