#pragma once

#include <optional>

namespace assay::cli {

/// What the launcher's environment says of this process, before MPI is started. The environment
/// is read in this folder only.
struct Launch {
  int rank = -1;  ///< -1: no launcher that we know
  int size = 1;
  std::optional<int> socket;  ///< to Hydra
  [[nodiscard]] bool launched() const { return rank >= 0; }
};

/// Reads what mpirun (Open MPI), mpiexec (MPICH, Hydra: PMI), srun (Slurm) or smpirun (SimGrid; of
/// the whole job only) set.
[[nodiscard]] Launch read_launch();

}  // namespace assay::cli
