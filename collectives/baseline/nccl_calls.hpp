#pragma once

#include <cstddef>

#include "collectives/block_weights.hpp"
#include "collectives/device/group_collective.hpp"
#include "collectives/operation.hpp"
#include "core/native/nccl.hpp"

namespace assay::collectives {

/// One rank's call, or sends and receives where NCCL has none for the operation. Between
/// group_start and group_end.
struct NcclCall {
  const native::Nccl& nccl;
  Operation operation;
  int rank;
  int ranks;
  int root;
  const BlockWeights& weights;
  ncclDataType_t type;
  std::size_t element_bytes;
  ncclRedOp_t op;
  ncclComm_t communicator;
  cudaStream_t stream;

  /// Returns the first status that is no success; ncclInProgress is one.
  ncclResult_t operator()(const device::RankBuffers& buffers, std::size_t count) const noexcept;

 private:
  ncclResult_t exchange(const device::RankBuffers& buffers, std::size_t count) const noexcept;
};

}  // namespace assay::collectives
