#pragma once

#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include "topology/pair_schedule.hpp"

namespace assay::topology {

/// Schedules of disjoint pairs of nodes that know which leaf switch each hangs on (`leaf_of`, by
/// node, numbered from 0). Pairs within leaves and pairs across them never stand in one round, so
/// that every link is measured beside links that load the network alike.

/// Every pair exactly once: within leaves first, then across.
/// Across, leaves meet two by two (circle method), and in each such meeting the nodes of one face
/// those of the other, moved on by one from round to round. All pairs of a meeting are ordered
/// alike, the leaf with the lower number first, so that they load its uplink in one direction.
/// Shape   with L leaves of m nodes: about m rounds within and L m across.
[[nodiscard]] std::vector<PairRound> all_pairs_by_leaf(std::span<const int> leaf_of);

/// A cover whose length grows with the size of a leaf and the number of leaves, not with the number
/// of nodes: every node is in a pair in each round that its leaf's size allows, every two leaves
/// meet, and every node meets at least `partners` others within its leaf (where there are as many)
/// and as many across.
/// Shape   about `partners` rounds within, and max(L - 1, partners) across.
[[nodiscard]] std::vector<PairRound> cover_by_leaf(std::span<const int> leaf_of, int partners,
                                                   std::uint32_t seed);

/// `count` random perfect matchings (one node rests where the number is odd), no pair twice where
/// there are enough pairs: finds slow nodes where nothing is known of the network.
[[nodiscard]] std::vector<PairRound> random_matchings(int nodes, int count, std::uint32_t seed);

/// The given pairs again (in either order, some perhaps twice), across leaves under the load that
/// the other schedules put on uplinks: whole meetings of two leaves, which hold all wanted pairs of
/// these that are disjoint.
[[nodiscard]] std::vector<PairRound> repeat_rounds(std::span<const std::pair<int, int>> pairs,
                                                   std::span<const int> leaf_of);

/// The given pairs (each once, in either order) in rounds of disjoint ones, greedily: at most
/// about twice as many rounds as the most frequent node has pairs.
[[nodiscard]] std::vector<PairRound> rounds_of(std::span<const std::pair<int, int>> pairs,
                                               int nodes);

}  // namespace assay::topology
