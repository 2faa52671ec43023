#pragma once

#include "collectives/device/direct_run.hpp"
#include "collectives/device/lane_table.hpp"
#include "core/native/cuda.hpp"

namespace assay::collectives::device {

/// The blocks of a launch: for each of the ranks that run in it.
struct LaunchShape {
  unsigned blocks = 1;   ///< a rank's
  unsigned ranks = 1;    ///< as long as the array of runs
  unsigned threads = 1;  ///< a block's
};
inline constexpr unsigned block_threads = 512;

/// Starts a kernel whose blocks all run at once, or fails: they wait for each other. Runs and
/// limits, one a rank, lie where the device reads them.
[[nodiscard]] cudaError_t launch(const RankRun* runs, const Limits* limits, LaunchShape shape,
                                 cudaStream_t stream) noexcept;
[[nodiscard]] cudaError_t launch(const OneShotRun* runs, const Limits* limits, LaunchShape shape,
                                 cudaStream_t stream) noexcept;
[[nodiscard]] cudaError_t launch(const TwoShotRun* runs, const Limits* limits, LaunchShape shape,
                                 cudaStream_t stream) noexcept;
[[nodiscard]] cudaError_t launch(const SwitchRun* runs, const Limits* limits, LaunchShape shape,
                                 cudaStream_t stream) noexcept;

/// How many blocks of such a kernel the current device runs at once.
template <class Run>
[[nodiscard]] unsigned resident_blocks();

}  // namespace assay::collectives::device
