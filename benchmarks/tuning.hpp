#pragma once

#include <string>
#include <vector>

#include "benchmarks/collective.hpp"
#include "collectives/tuner.hpp"
#include "results/cost_figures.hpp"

namespace assay::benchmarks {

/// What each way of doing a collective was found to cost on this machine, by these ranks.
class Tuning {
 public:
  /// Measures every way at some sizes from `smallest` to `largest` (but none above
  /// `largest_tuned`: beyond the caches time grows with the size), turn about, so that what slows
  /// the machine for a while slows all; and what a sum costs. Collective over the group; takes
  /// about a second or two, and more where ranks outnumber processors.
  Tuning(CollectiveBenchmark& benchmark, Bytes smallest, Bytes largest, Seconds deadline);

  /// Has `benchmark`, whose ways are the same, measure by what is the quickest for its task; what a
  /// sum costs is measured anew. Collective.
  void apply(CollectiveBenchmark& benchmark);

  /// On rank 0 of the group: the predicted time of a way, for the task that was last applied; 0
  /// where nothing was measured, as all sizes asked for were empty.
  [[nodiscard]] Seconds predict(std::size_t way, Bytes size) const;
  [[nodiscard]] const std::string& name(std::size_t way) const {
    return ways_[way].traits.algorithm;
  }
  /// What is chosen for the task that was last applied, out of place and in place.
  [[nodiscard]] const std::vector<collectives::Choice>& choices(bool in_place) const {
    return choices_[in_place ? 1 : 0];
  }
  /// On rank 0 of the group: each way's prices and what they were fitted to; elsewhere none.
  [[nodiscard]] std::vector<results::CostFigures> figures() const;

  static constexpr Bytes largest_tuned{16U << 20};

 private:
  struct Way {
    CollectiveBenchmark::WayTraits traits;
    std::vector<collectives::Timing> timings;
    std::optional<collectives::FittedCost> cost;  ///< on rank 0, if any size had data
  };
  void measure(CollectiveBenchmark& benchmark, const std::vector<Bytes>& sizes, Seconds deadline);
  void fit();
  [[nodiscard]] std::vector<collectives::Choice> choose(bool in_place) const;

  CollectiveTask task_;
  Group group_;
  bool registered_;
  double reduction_s_per_byte_ = 0;
  Bytes smallest_;
  Bytes largest_;
  std::vector<Way> ways_;
  std::array<std::vector<collectives::Choice>, 2> choices_;
};

}  // namespace assay::benchmarks
