#pragma once

#include <array>
#include <cmath>
#include <random>
#include <string>
#include <vector>

#include "results/run.hpp"
#include "results/statistics.hpp"

namespace assay::results {

/// Runs of one build on a machine that never was, cell by cell.
struct SyntheticBuild {
  int cells = 1;
  double slower = 0;           ///< of the first cell, as a share
  double between_runs = 0.01;  ///< standard deviation of a run's speed, cell by cell
  double sample_noise = 0.02;
  int samples = 60;
  /// The share of a run in which others have the processor, each run's by chance between two
  /// bounds: samples take 1.3 times as long then.
  std::array<double, 2> others_take{};
};

class SyntheticRuns {
 public:
  explicit SyntheticRuns(unsigned seed) : random_{seed} {}

  [[nodiscard]] Run run(const SyntheticBuild& build) {
    Run run;
    run.info.id = "run" + std::to_string(++count_);
    // One after the other, so that sides made in turn are in turn.
    run.info.start = "2026-11-23T16:29:" + std::to_string(10 + count_) + "Z";
    run.info.end = run.info.start;
    run.info.ranks.resize(1);
    run.info.ranks[0].processor = "Model X";
    for (int cell = 0; cell < build.cells; ++cell) run.records.push_back(record(build, cell));
    return run;
  }

  [[nodiscard]] std::vector<Run> runs(int count, const SyntheticBuild& build) {
    std::vector<Run> all;
    for (int i = 0; i < count; ++i) all.push_back(run(build));
    return all;
  }

 private:
  [[nodiscard]] Record record(const SyntheticBuild& build, int cell) {
    std::normal_distribution<double> of_run{0, build.between_runs};
    std::normal_distribution<double> of_sample{0, build.sample_noise};
    Record record;
    record.benchmark = "all_reduce";
    record.implementation = "assay";
    record.size_bytes = 1ULL << cell;
    const double slower = cell == 0 ? 1 + build.slower : 1;
    const double centre = 1e-4 * slower * std::exp(of_run(random_));
    std::uniform_real_distribution<double> share{build.others_take[0], build.others_take[1]};
    std::uniform_real_distribution<double> chance{0, 1};
    const bool has_others = build.others_take[1] > 0;
    const double taken = has_others ? share(random_) : 0;
    for (int i = 0; i < build.samples; ++i) {
      const double shared = has_others && chance(random_) < taken ? 1.3 : 1;
      record.samples_s.push_back(centre * shared * std::exp(of_sample(random_)));
    }
    record.median_s = median(record.samples_s);
    return record;
  }

  std::mt19937 random_;
  int count_ = 0;
};

}  // namespace assay::results
