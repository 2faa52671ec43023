#include "results/compare/compare.hpp"

#include <gmock/gmock.h>

#include <algorithm>
#include <random>

#include "core/error.hpp"
#include "results/compare/change.hpp"
#include "tests/results/compare/synthetic_runs.hpp"

namespace assay::results {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::UnorderedElementsAre;

TEST(Compare, FindsASlowdownOfFivePercentInThreeRunsASide) {
  int found = 0;
  for (unsigned seed = 0; seed < 100; ++seed) {
    SyntheticRuns machine{seed};
    const auto baseline = machine.runs(3, {});
    const auto candidate = machine.runs(3, {.slower = 0.05});
    const auto comparison = compare_runs(baseline, candidate, {});
    found += comparison.cells[0].verdict == ChangeVerdict::slower ? 1 : 0;
  }
  EXPECT_GE(found, 90);
}

TEST(Compare, SaysSlowerOfEqualBuildsRarely) {
  for (const int runs : {1, 3}) {
    for (const double between_runs : {0.002, 0.01, 0.03}) {
      int alarms = 0;
      for (unsigned seed = 0; seed < 100; ++seed) {
        SyntheticRuns machine{seed};
        const SyntheticBuild build{.cells = 20, .between_runs = between_runs};
        const auto baseline = machine.runs(runs, build);
        const auto candidate = machine.runs(runs, build);
        alarms += compare_runs(baseline, candidate, {}).is_regression() ? 1 : 0;
      }
      EXPECT_LE(alarms, 3) << runs << " runs, " << between_runs;
    }
  }
}

TEST(Compare, FindsASlowdownOfOneRankBesideANoisyOne) {
  int found = 0;
  for (unsigned seed = 0; seed < 100; ++seed) {
    SyntheticRuns machine{seed};
    const auto runs = [&](double slower) {
      std::vector<results::Run> all = machine.runs(3, {.slower = slower});
      for (results::Run& run : all) {
        run.records[0].rank = 0;
        auto noisy = machine.run({.cells = 3, .between_runs = 0.2}).records;
        for (Record& record : noisy) record.rank = 1;
        run.records.insert(run.records.end(), noisy.begin(), noisy.end());
      }
      return all;
    };
    const auto baseline = runs(0);
    const auto comparison = compare_runs(baseline, runs(0.05), {});
    found += std::ranges::count_if(comparison.cells, [](const ComparedCell& cell) {
      return cell.verdict == ChangeVerdict::slower && cell.name.ends_with("rank:0");
    });
  }
  EXPECT_GE(found, 80);
}

TEST(Compare, ExpectsOfACellTheNoiseThatOthersShow) {
  constexpr std::size_t runs = 6;
  constexpr double sigma = 0.02;
  std::mt19937 random{1};
  std::chi_squared_distribution<double> squares{runs - 2};
  double sum = 0;
  for (int trial = 0; trial < 100; ++trial) {
    std::vector<double> variances;
    for (int cell = 0; cell < 40; ++cell)
      variances.push_back(sigma * sigma * squares(random) / (runs - 2));
    // Of one in eight the runs met one state of the machine on each side.
    for (int cell = 0; cell < 5; ++cell) variances[static_cast<std::size_t>(cell)] = 0;
    sum += typical_variance(variances, runs) / 100;
  }
  EXPECT_NEAR(std::sqrt(sum), sigma, 0.1 * sigma);
}

TEST(Compare, CallsSameWhatLiesWithinTheThreshold) {
  SyntheticRuns machine{1};
  const SyntheticBuild quiet{.between_runs = 0.001, .sample_noise = 0.005};
  const auto comparison = compare_runs(machine.runs(5, quiet), machine.runs(5, quiet), {});
  EXPECT_EQ(comparison.cells[0].verdict, ChangeVerdict::same);
  EXPECT_LT(comparison.cells[0].median.interval[1], 0.03);
}

TEST(Compare, CallsFasterWhatIsAndFailsNothing) {
  SyntheticRuns machine{1};
  const auto comparison = compare_runs(machine.runs(3, {}), machine.runs(3, {.slower = -0.2}), {});
  EXPECT_EQ(comparison.cells[0].verdict, ChangeVerdict::faster);
  EXPECT_FALSE(comparison.is_regression());
}

TEST(Compare, OneRunASideTellsNothingUnlessItIsSaidWhatToExpect) {
  CompareThresholds known;
  known.all.unrepeated = 0.01;
  const auto verdict_of = [](double slower, const CompareThresholds& thresholds) {
    SyntheticRuns machine{1};
    const auto baseline = machine.runs(1, {.cells = 5});
    return compare_runs(baseline, machine.runs(1, {.cells = 5, .slower = slower}), thresholds)
        .cells[0]
        .verdict;
  };
  EXPECT_EQ(verdict_of(10, {}), ChangeVerdict::unclear);
  EXPECT_EQ(verdict_of(0.5, known), ChangeVerdict::slower);
}

TEST(Compare, OneRunASideBlamesTheMachineForWhatHappenedToAllCells) {
  CompareThresholds known;
  known.all.unrepeated = 0.01;
  SyntheticRuns machine{1};
  const auto baseline = machine.runs(1, {.cells = 20});
  auto candidate = machine.runs(1, {.cells = 20});
  for (Record& record : candidate[0].records)
    for (double& sample : record.samples_s) sample *= 4;
  EXPECT_FALSE(compare_runs(baseline, candidate, known).is_regression());
}

TEST(Compare, MatchesRanksWhateverTheirHostsAreCalled) {
  const auto pair = [](const std::string& host) {
    results::Run run;
    run.info.start = "2026-11-23T16:29:00Z";
    Record record;
    record.benchmark = "pair";
    record.implementation = "assay";
    record.from_rank = 0;
    record.to_rank = 1;
    record.from = host;
    record.to = host;
    record.algorithm_bandwidth_bytes_per_s = 1e9;
    run.records = {record};
    return std::vector<results::Run>{run};
  };
  const auto comparison = compare_runs(pair("a"), pair("b"), {});
  ASSERT_EQ(comparison.cells.size(), 1U);
  EXPECT_EQ(comparison.cells[0].unit, "bytes_per_s");
  EXPECT_NEAR(comparison.cells[0].baseline.median, 1e9, 1);
}

TEST(Compare, MatchesWhatTheProgramChoseItself) {
  SyntheticRuns machine{1};
  auto baseline = machine.runs(1, {});
  auto candidate = machine.runs(1, {});
  baseline[0].records[0].algorithm = "ring";
  candidate[0].records[0].algorithm = "tree";
  EXPECT_THROW(static_cast<void>(compare_runs(baseline, candidate, {})), UsageError);
  baseline[0].records[0].selection = candidate[0].records[0].selection = "auto";
  EXPECT_EQ(compare_runs(baseline, candidate, {}).cells.size(), 1U);
}

TEST(Compare, ListsCellsOfOneSideOnly) {
  SyntheticRuns machine{1};
  const auto comparison =
      compare_runs(machine.runs(1, {.cells = 2}), machine.runs(1, {.cells = 1}), {});
  EXPECT_EQ(comparison.cells.size(), 1U);
  EXPECT_THAT(comparison.only_baseline, ElementsAre("all_reduce/assay/host/real/size_bytes:2"));
}

TEST(Compare, WrongResultsOfTheCandidateAreARegression) {
  SyntheticRuns machine{1};
  const auto baseline = machine.runs(1, {});
  auto candidate = machine.runs(1, {});
  candidate[0].records[0].wrong = 3;
  EXPECT_TRUE(compare_runs(baseline, candidate, {}).is_regression());
}

TEST(Compare, WrongResultsCountWithoutACounterpartAndWithoutATime) {
  SyntheticRuns machine{1};
  const auto baseline = machine.runs(1, {});
  auto candidate = machine.runs(1, {});
  Record digest;
  digest.benchmark = "digest";
  digest.implementation = "assay";
  digest.rank = 0;
  digest.wrong = 1;
  candidate[0].records.push_back(digest);
  Record other = candidate[0].records.front();
  other.size_bytes = 12345;
  other.wrong = 2;
  candidate[0].records.push_back(other);
  const Comparison comparison = compare_runs(baseline, candidate, {});
  EXPECT_TRUE(comparison.is_regression());
  EXPECT_THAT(comparison.wrong, UnorderedElementsAre(HasSubstr("digest"), HasSubstr("12345")));
}

TEST(Compare, PointsOutOtherMachinesLibrariesAndFaults) {
  SyntheticRuns machine{1};
  auto baseline = machine.runs(1, {});
  auto candidate = machine.runs(1, {});
  candidate[0].info.ranks[0].processor = "Model Y\x1b[31m";
  baseline[0].info.libraries["mpi"] = "4.1.4";
  candidate[0].info.libraries["mpi"] = "5.0";
  candidate[0].info.injected = {"slow-send:rank=0"};
  Record inventory;
  inventory.benchmark = "inventory";
  inventory.host = "n0";
  inventory.device = "gpu0";
  inventory.report.facts["name"] = "H100";
  baseline[0].records.push_back(inventory);
  inventory.report.facts["name"] = "H200";
  candidate[0].records.push_back(inventory);
  const auto differences = compare_runs(baseline, candidate, {}).differences;
  EXPECT_EQ(differences.front(),
            "processor: Model X in the baseline, Model Y?[31m in the candidate");
  EXPECT_THAT(differences, Contains("library mpi: 4.1.4 in the baseline, 5.0 in the candidate"));
  EXPECT_THAT(differences, Contains("GPUs: H100 in the baseline, H200 in the candidate"));
  EXPECT_THAT(differences, Contains(HasSubstr("slow-send:rank=0")));
  EXPECT_THAT(differences, Contains(HasSubstr("each side is one run")));
}

TEST(Compare, PointsOutSidesThatWereNotMadeInTurn) {
  SyntheticRuns machine{1};
  const auto apart = compare_runs(machine.runs(2, {}), machine.runs(2, {}), {});
  EXPECT_THAT(apart.differences, Contains(HasSubstr("make them in turn")));
  std::vector<results::Run> baseline;
  std::vector<results::Run> candidate;
  for (int i = 0; i < 2; ++i) {
    baseline.push_back(machine.run({}));
    candidate.push_back(machine.run({}));
  }
  EXPECT_TRUE(compare_runs(baseline, candidate, {}).differences.empty());
}

TEST(Compare, PointsOutRunsWithoutAnEnd) {
  SyntheticRuns machine{1};
  auto baseline = machine.runs(2, {});
  const auto candidate = machine.runs(2, {});
  baseline[1].info.end.reset();
  EXPECT_THAT(compare_runs(baseline, candidate, {}).differences,
              Contains("run 'run2' of the baseline has no end: it broke off or goes on, and may "
                       "lack records"));
}

TEST(Compare, RefusesEmptySides) {
  SyntheticRuns machine{1};
  const auto baseline = machine.runs(1, {});
  auto empty = machine.runs(1, {});
  empty[0].records.clear();
  EXPECT_THROW(static_cast<void>(compare_runs(baseline, {}, {})), UsageError);
  EXPECT_THROW(static_cast<void>(compare_runs(baseline, empty, {})), UsageError);
}

}  // namespace
}  // namespace assay::results
