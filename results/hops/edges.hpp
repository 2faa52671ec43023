#pragma once

#include <cstdint>
#include <vector>

#include "results/hop_trace.hpp"

namespace assay::results {

/// All lanes from one rank to another. They wait at the same time, so their waits are averaged, by
/// their bytes; times on the link, which they share, add up.
struct Edge {
  int from = 0;
  int to = 0;
  std::uint64_t bytes = 0;
  double send_blocked_s = 0;
  double starved_s = 0;
  std::vector<double> on_link_s;  ///< by repetition
};

/// In the order of the trace's hops.
[[nodiscard]] std::vector<Edge> edges_of(const HopTrace& trace);

}  // namespace assay::results
