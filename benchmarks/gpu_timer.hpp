#pragma once

#include <functional>

#include "core/native/cuda.hpp"
#include "core/units.hpp"

namespace assay::benchmarks {

/// A stream on the current GPU, and how long what was run on it took by the GPU's own clock.
class GpuTimer {
 public:
  /// Throws  Error of exit code 2.
  GpuTimer();

  [[nodiscard]] cudaStream_t stream() const { return stream_.get(); }
  /// What starts work on a stream, asynchronously.
  using Launch = std::function<cudaError_t(cudaStream_t)>;
  /// Runs it to its end. The GPU is held busy until it and the events around it are enqueued, so
  /// that what the host takes to start it is not counted (for up to 50 us). Throws  Error of exit
  /// code 2.
  void run(const Launch& launch) const;
  /// Of the last run.
  [[nodiscard]] Seconds elapsed() const;

 private:
  native::CudaStream stream_;
  native::CudaEvent begin_;
  native::CudaEvent end_;
};

}  // namespace assay::benchmarks
