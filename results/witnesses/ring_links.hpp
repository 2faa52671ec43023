#pragma once

#include <optional>

#include "results/run.hpp"
#include "results/witnesses.hpp"

namespace assay::results {

/// What the links of a ring can do, one at a time, in bytes per second.
struct RingLinks {
  double slowest;
  double usual;  ///< the median of its kind: a ring of GPUs may lead through other hosts
  /// Of bus bandwidth over a link's. Where switches sum, links carry S + S/n bytes and not
  /// 2(n-1)/n S, so that a collective may exceed them.
  double share_at_most;
};

/// Those of a ring in the order of ranks, or of the ranks' GPUs: copies of one to the next, and
/// between hosts what their ranks' host memories send each other. Nothing where one of them was not
/// measured, or there are fewer than two.
[[nodiscard]] std::optional<RingLinks> ring_links(const Run& run, Between between);

}  // namespace assay::results
