#pragma once

#include <cstddef>
#include <vector>

#include "collectives/layout.hpp"
#include "collectives/plan.hpp"

namespace assay::collectives {

/// How the ranks of a plan cut their inputs and outputs for one size, in bytes.
class PlanLayouts {
 public:
  /// `size` of all blocks together, of a rank's input; messages of at most `block_bytes`. `plan`
  /// must outlive it.
  PlanLayouts(const Plan& plan, std::size_t size, std::size_t block_bytes);

  /// Of the rank that has most.
  [[nodiscard]] std::size_t chunks() const noexcept { return chunks_; }
  /// How the step's rank cuts what it works on.
  [[nodiscard]] const Layout& of(int rank, const Step& step) const noexcept {
    const auto first = plan_.weights.are_equal() ? 0 : 2 * static_cast<std::size_t>(rank);
    return layouts_[first + (reads(step, Place::input) ? 0 : 1)];
  }

 private:
  const Plan& plan_;
  std::vector<std::vector<std::size_t>> begins_;  ///< what the layouts refer to
  std::vector<Layout> layouts_;  ///< input's and output's, of each rank or, where alike, of all
  std::size_t chunks_ = 0;
};

}  // namespace assay::collectives
