#include "collectives/device/launches.hpp"

#include <utility>

#include "core/processor.hpp"

namespace assay::collectives::device {

Launches::Launches(const Placement& placement) {
  const int streams = placement.is_virtual ? 1 : placement.per_process;
  for (int i = 0; i < streams; ++i) {
    devices_.push_back(placement.device(placement.first_local() + i));
    const native::CurrentDevice current{devices_.back()};
    streams_.push_back(native::make_stream());
  }
  native::check_cuda(cudaSetDevice(devices_.front()));  // `start` counts on it
}

void Launches::prepare(Work work, int operations) {
  work_ = std::move(work);
  graphs_.clear();
  if (operations == 0) return;
  for (const native::CudaStream& stream : streams_)
    native::check_cuda(cudaStreamBeginCapture(stream.get(), cudaStreamCaptureModeThreadLocal));
  cudaError_t status = cudaSuccess;
  for (int k = 0; k < operations && status == cudaSuccess; ++k) status = work_();
  for (const native::CudaStream& stream : streams_) {
    cudaGraph_t captured = nullptr;
    const cudaError_t end = cudaStreamEndCapture(stream.get(), &captured);
    if (status == cudaSuccess) status = end;
    cudaGraphExec_t graph = nullptr;
    if (status == cudaSuccess) status = cudaGraphInstantiate(&graph, captured, 0);
    if (captured != nullptr) cudaGraphDestroy(captured);
    graphs_.emplace_back(graph);
  }
  native::check_cuda(status);
}

void Launches::start() noexcept {
  if (failure_ != cudaSuccess) return;
  if (graphs_.empty()) return note(work_());
  for (std::size_t i = 0; i < streams_.size() && failure_ == cudaSuccess; ++i) {
    if (streams_.size() > 1) note(cudaSetDevice(devices_[i]));
    note(cudaGraphLaunch(graphs_[i].get(), streams_[i].get()));
  }
}

bool Launches::wait(Deadline deadline, const std::function<bool()>& gives_up) noexcept {
  constexpr int polls_between_looks = 64;
  for (const native::CudaStream& stream : streams_) {
    int polls = 0;
    for (;;) {
      const cudaError_t status = cudaStreamQuery(stream.get());
      if (status != cudaErrorNotReady) {
        note(status);
        break;
      }
      if (++polls % polls_between_looks == 0 && (deadline.passed() || gives_up())) return false;
      processor_relax();
    }
  }
  return true;
}

}  // namespace assay::collectives::device
