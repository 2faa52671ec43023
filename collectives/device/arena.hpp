#pragma once

#include <cstddef>
#include <functional>
#include <span>
#include <vector>

#include "collectives/device/lane_table.hpp"
#include "collectives/plan.hpp"

namespace assay::collectives::device {

/// Of every link.
struct ArenaShape {
  std::size_t slot_bytes = 512 << 10;  ///< the longest message; a multiple of 16
  std::uint32_t slots = 4;             ///< messages in flight
};

/// Where things lie in the memory that a rank has for a plan, and that its peers load and store,
/// too: in bytes from its beginning. The counters come first, and are to begin at zero.
struct ArenaMap {
  std::vector<std::size_t> sent;      ///< by outgoing link
  std::vector<std::size_t> released;  ///< likewise; written by the receiver
  std::vector<std::size_t> received;  ///< by incoming link
  std::vector<std::size_t> arrived;   ///< likewise; written by the sender
  std::size_t progress = 0;           ///< of the first lane; the others' follow it
  std::size_t counters_bytes = 0;
  std::vector<std::size_t> slots;    ///< by incoming link; the first one's
  std::vector<std::size_t> scratch;  ///< by lane, where it uses any
  std::size_t bytes = 0;
};
[[nodiscard]] ArenaMap map_arena(const LaneTable& table, PlanShape shape, const ArenaShape& arena);

/// The lane tables of all ranks of a plan, and how their arenas are laid out: the same in every
/// process, with nothing to exchange but where the arenas are.
class Arenas {
 public:
  /// Precondition: find_malformed(plan) finds nothing.
  Arenas(const Plan& plan, const ArenaShape& shape);

  [[nodiscard]] const LaneTable& table(int rank) const { return tables_[index(rank)]; }
  [[nodiscard]] const ArenaMap& map(int rank) const { return maps_[index(rank)]; }
  [[nodiscard]] const ArenaShape& shape() const { return shape_; }
  [[nodiscard]] int ranks() const { return static_cast<int>(maps_.size()); }
  /// Of the rank that needs most.
  [[nodiscard]] std::size_t bytes() const;

  /// The ends of a rank's links. `arena_of` says where this rank sees a rank's arena; it is asked
  /// for its peers and itself. `world_ranks` are the job's ranks; empty: the same.
  struct Ends {
    std::vector<OutgoingEnd> outgoing;
    std::vector<IncomingEnd> incoming;
    std::vector<std::byte*> scratch;  ///< by lane; null where it uses none
  };
  [[nodiscard]] Ends ends_of(int rank, const std::function<std::byte*(int)>& arena_of,
                             std::span<const int> world_ranks) const;

 private:
  [[nodiscard]] static std::size_t index(int rank) { return static_cast<std::size_t>(rank); }

  ArenaShape shape_;
  std::vector<LaneTable> tables_;
  std::vector<ArenaMap> maps_;
};

}  // namespace assay::collectives::device
