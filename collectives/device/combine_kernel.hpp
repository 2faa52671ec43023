#pragma once

#include "collectives/combination.hpp"
#include "core/native/cuda.hpp"

namespace assay::collectives::device {

/// Starts a kernel of the current device that does `work`, by as many blocks as it is worth.
[[nodiscard]] cudaError_t launch(const Combination& work, cudaStream_t stream) noexcept;

}  // namespace assay::collectives::device
