#include "results/hops/edges.hpp"

#include <algorithm>

namespace assay::results {

namespace {

/// The mean of what was seen so far and what `hop` adds, by bytes.
struct Mean {
  double before;
  double added;

  [[nodiscard]] double of(double seen, double more) const {
    return before + added > 0 ? (seen * before + more * added) / (before + added) : 0;
  }
};

}  // namespace

std::vector<Edge> edges_of(const HopTrace& trace) {
  std::vector<Edge> edges;
  for (const Hop& hop : trace.hops) {
    auto found = std::ranges::find_if(
        edges, [&](const Edge& edge) { return edge.from == hop.from && edge.to == hop.to; });
    if (found == edges.end()) {
      edges.push_back(
          {.from = hop.from, .to = hop.to, .on_link_s = std::vector<double>(trace.total_s.size())});
      found = edges.end() - 1;
    }
    const Mean mean{static_cast<double>(found->bytes), static_cast<double>(hop.bytes)};
    found->send_blocked_s = mean.of(found->send_blocked_s, hop.send_blocked_s);
    found->starved_s = mean.of(found->starved_s, hop.starved_s);
    for (std::size_t i = 0; i < found->on_link_s.size(); ++i)
      found->on_link_s[i] += hop.on_link_s[i];
    found->bytes += hop.bytes;
  }
  return edges;
}

}  // namespace assay::results
