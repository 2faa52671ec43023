#pragma once

#include <mpi.h>

#include <vector>

#include "core/units.hpp"

namespace assay::collectives {

/// Who is there, as one rank knows it.
struct Roll {
  int rank = 0;              ///< that one
  std::vector<int> absent;   ///< whom rank 0 did not hear; the same on all ranks that hear rank 0
  bool hears_rank_0 = true;  ///< if not, nothing else is known

  [[nodiscard]] bool is_complete() const { return hears_rank_0 && absent.empty(); }
};

/// Before the first collective, in which a rank that cannot be reached would hold up all others for
/// ever: each rank says to rank 0 that it is there. Where somebody is absent MPI is of no use
/// afterwards, not even to be finalised.
///
/// Collective over `world`; nothing else is under way in it meanwhile. A rank that hears nothing of
/// rank 0 knows so after `patience`, rank 0 and the others a quarter of that later.
/// Cost     a short message from each rank to rank 0, and two back.
[[nodiscard]] Roll call_the_roll(MPI_Comm world, Seconds patience);

}  // namespace assay::collectives
