#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "benchmarks/job.hpp"
#include "topology/pair_schedule.hpp"

namespace assay::benchmarks {

/// Which ranks of a job are the ends of the links between its nodes: by node and rail. Rails are
/// the network devices that the job was told to use, if there are several; otherwise rank k of
/// every host is its end on rail k.
struct RailMap {
  std::vector<std::string> nodes;         ///< host names, in the job's order
  std::vector<std::string> rails;         ///< as records name them; empty: one, without a name
  std::vector<std::vector<int>> rank_of;  ///< by node and rail; one rank may serve all of them
  std::string why_not_together;           ///< why all rails cannot be busy at once; empty: they can

  [[nodiscard]] int node_count() const { return static_cast<int>(nodes.size()); }
  [[nodiscard]] int rail_count() const { return static_cast<int>(rank_of.front().size()); }
  /// Of a rank that is the end of one rail; 0 of one that takes no part.
  [[nodiscard]] std::size_t rail_of(int rank) const;
  /// Rounds of nodes as rounds of the ranks on one rail.
  [[nodiscard]] std::vector<topology::PairRound> on_rail(
      const std::vector<topology::PairRound>& rounds, int rail) const;
};

/// The map of the job's nodes that are `wanted` (by name; empty: all). Where they have different
/// numbers of ranks, those that all have count, unless `same_ranks` asks for the same.
/// Throws  UsageError: fewer than two nodes, one that is not in the job or named twice, different
///         numbers of ranks, as many ranks as neither one nor the rails.
[[nodiscard]] RailMap make_rail_map(const Job& job, const std::vector<std::string>& wanted,
                                    bool same_ranks);

}  // namespace assay::benchmarks
