#pragma once

#include <cstdint>
#include <map>
#include <vector>

#include "results/judge/link_table.hpp"
#include "results/locate/locate.hpp"

namespace assay::results {

/// TCP segments of one link, in all its turns.
struct LinkSegments {
  std::uint64_t sent = 0;
  std::uint64_t lost = 0;  ///< sent again, but for those that the other end had already

  [[nodiscard]] double share() const {
    return sent == 0 ? 0.0 : static_cast<double>(lost) / static_cast<double>(sent);
  }
};

/// A part of the network that loses what passes it.
struct LossyPart {
  SlowPart part;          ///< where; its evidence are the links, those that lose most first
  double share = 0;       ///< of the segments of these links that were lost
  double cost = 0;        ///< share of the rate that its links do not reach on the average
  double confidence = 0;  ///< 1 - p of so many by what the other links lose
};

/// What is lost where.
struct Losses {
  std::map<LinkId, LinkSegments> links;  ///< those that sent enough to tell
  double usual = 0;                      ///< the share of the median link
  std::vector<LossyPart> parts;          ///< largest part first
};

/// Counts segments by links (a sender that waits for its processor repeats what was not lost, and
/// is told so: such segments do not count) and finds the nodes, rails of nodes, uplinks and paths
/// that explain those which lose more than a thousandth, and ten times more than the median link:
/// the part most of whose links (three of four) lose, and lose alike, and which explains the most
/// lost segments; again and again, until what is left loses less than a quarter of what was found
/// (a host counts control messages to a lossy part, too). A congested network loses segments
/// everywhere; what is at fault stands out. Parts whose losses cost less than `least_cost` are left
/// out.
[[nodiscard]] Losses find_losses(const Run& run, const LinkTable& table, double least_cost);

/// The share of the rate that the links of a part do not reach on the average of all samples,
/// against all other links; 0 where there is nothing to compare.
[[nodiscard]] double average_cost(const Run& run, const SlowPart& part);

}  // namespace assay::results
