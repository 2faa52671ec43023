#include "results/compare/thresholds.hpp"

#include <gmock/gmock.h>

#include "core/error.hpp"
#include "tests/results/temporary_folder.hpp"

namespace assay::results {
namespace {

using testing::AllOf;
using testing::HasSubstr;

class Thresholds : public TemporaryFolder {
 protected:
  [[nodiscard]] CompareThresholds read(const std::string& text) const {
    put(folder() / "t.toml", text);
    return read_thresholds(folder() / "t.toml", {"vendors_own"});
  }
  [[nodiscard]] std::string refusal(const std::string& text) const {
    try {
      static_cast<void>(read(text));
    } catch (const UsageError& problem) {
      return problem.what();
    }
    return "";
  }
};

TEST_F(Thresholds, OfABenchmarkBeginAsTheDefault) {
  const auto thresholds = read(
      "false_discovery_rate = 0.01\n[default]\nchange = 0.1\n"
      "[benchmark.pair]\nbetween_runs = 0.2\n");
  EXPECT_DOUBLE_EQ(thresholds.false_discovery_rate, 0.01);
  EXPECT_DOUBLE_EQ(thresholds.of("all_reduce").change, 0.1);
  EXPECT_DOUBLE_EQ(thresholds.of("pair").change, 0.1);
  EXPECT_DOUBLE_EQ(thresholds.of("pair").between_runs, 0.2);
  EXPECT_FALSE(thresholds.of("pair").unrepeated);
  EXPECT_DOUBLE_EQ(thresholds.of("all_reduce").between_runs, CellThresholds{}.between_runs);
}

TEST_F(Thresholds, AreOfBenchmarksThatThereAre) {
  EXPECT_THAT(refusal("[benchmark.pair_latncy]\nchange = 0.1\n"),
              AllOf(HasSubstr("t.toml:1:12: unknown benchmark 'pair_latncy'; known: all_gather, "),
                    HasSubstr("pair_latency, "), HasSubstr("vendors_own")));
  EXPECT_DOUBLE_EQ(read("[benchmark.vendors_own]\nchange = 0.1\n").of("vendors_own").change, 0.1);
  EXPECT_THAT(refusal("[benchmark.\"a\\nb\\u202e\"]\n"), HasSubstr("unknown benchmark 'a b?'"));
}

TEST_F(Thresholds, WhatIsWrongIsToldWithItsPlace) {
  EXPECT_THAT(refusal("[default]\nchagne = 0.1\n"), HasSubstr("t.toml:2:1: unknown key 'chagne'"));
  EXPECT_THAT(refusal("[default]\nchange = 3\n"), HasSubstr("between 0 and 1"));
  EXPECT_THAT(refusal("[default]\nchange = \"3%\"\n"), HasSubstr("between 0 and 1"));
  EXPECT_THAT(refusal("[default]\nchange = nan\n"), HasSubstr("between 0 and 1"));
  EXPECT_THAT(refusal("default = 1\n"), HasSubstr("must be a section"));
  EXPECT_THAT(refusal("[benchmrak.pair]\n"), HasSubstr("unknown key 'benchmrak'"));
  EXPECT_THAT(refusal("[default\n"), HasSubstr("t.toml:1:"));
}

}  // namespace
}  // namespace assay::results
