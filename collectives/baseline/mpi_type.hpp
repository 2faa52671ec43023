#pragma once

#include "collectives/data_type.hpp"
#include "core/native/mpi.hpp"

namespace assay::collectives {

/// MPI's name for an element type: the library's own where it has one, else bytes that only our
/// MpiOperator can combine. MPI must be initialised for as long as it lives.
class MpiType {
 public:
  /// Throws  Error if the library cannot make the type.
  explicit MpiType(DataType type);

  [[nodiscard]] MPI_Datatype get() const noexcept { return made_ ? made_.get() : own_; }

 private:
  MPI_Datatype own_;  ///< the library's; null where the type had to be made
  native::Datatype made_;
};

/// What MPI does with elements of MpiType: the library's operation where it has one for the type,
/// else our Reduction. avg and mulsum: the sum alone. MPI must be initialised for as long as it
/// lives.
class MpiOperator {
 public:
  /// Throws  Error if the library cannot make the operation.
  MpiOperator(DataType type, ReduceOp op);

  [[nodiscard]] MPI_Op get() const noexcept { return made_ ? made_.get() : own_; }

 private:
  MPI_Op own_;  ///< the library's; null where the operation had to be made
  native::Operator made_;
};

}  // namespace assay::collectives
