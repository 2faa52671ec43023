#include "collectives/device/stream_worker.hpp"

#include "collectives/device/combine_kernel.hpp"
#include "core/error.hpp"

namespace assay::collectives::device {

namespace {

cudaError_t copy(std::byte* to, const Combination& work, cudaStream_t stream) noexcept {
  if (to == nullptr || to == work.left) return cudaSuccess;
  return cudaMemcpyAsync(to, work.left, work.bytes(), cudaMemcpyDefault, stream);
}

cudaError_t enqueue(const Combination& work, cudaStream_t stream) noexcept {
  if (!work.is_copy()) return launch(work, stream);
  const cudaError_t first = copy(work.result, work, stream);
  return first == cudaSuccess ? copy(work.second_result, work, stream) : first;
}

/// Of memory that cudaHostRegister pinned.
struct Unpin {
  void operator()(void* memory) const noexcept { cudaHostUnregister(memory); }
};

}  // namespace

StreamWorker::~StreamWorker() { settle(); }

void StreamWorker::open(std::size_t lanes) {
  while (streams_.size() < lanes) streams_.push_back(native::make_stream());
}

std::shared_ptr<std::byte> StreamWorker::allocate(std::size_t bytes) {
  const auto memory =
      std::make_shared<native::DeviceMemory>(native::allocate_device(bytes > 0 ? bytes : 1));
  return {memory, static_cast<std::byte*>(memory->get())};
}

std::shared_ptr<void> StreamWorker::admit(std::byte* begin, std::size_t bytes) {
  native::check_cuda(
      cudaHostRegister(begin, bytes, cudaHostRegisterPortable | cudaHostRegisterMapped));
  std::shared_ptr<void> pinned{begin, Unpin{}};
  void* seen = nullptr;
  native::check_cuda(cudaHostGetDevicePointer(&seen, begin, 0));
  if (seen != begin)
    throw UnavailableError{
        "this GPU sees pinned memory of the host at other addresses than the host does; --staged "
        "needs the same"};
  return pinned;
}

void StreamWorker::start(std::size_t lane, const Combination& work) noexcept {
  if (status_ == cudaSuccess) status_ = enqueue(work, streams_[lane].get());
}

bool StreamWorker::is_done(std::size_t lane) noexcept {
  if (status_ != cudaSuccess) return false;
  const cudaError_t status = cudaStreamQuery(streams_[lane].get());
  if (status != cudaErrorNotReady) status_ = status;
  return status == cudaSuccess;
}

const char* StreamWorker::failure() const noexcept {
  return status_ == cudaSuccess ? nullptr : cudaGetErrorString(status_);
}

void StreamWorker::settle() noexcept {
  for (const native::CudaStream& stream : streams_) cudaStreamSynchronize(stream.get());
}

}  // namespace assay::collectives::device
