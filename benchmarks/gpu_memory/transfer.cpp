#include "benchmarks/gpu_memory/transfer.hpp"

#include <algorithm>
#include <memory>

#include "benchmarks/buffer.hpp"
#include "benchmarks/gpu_memory/accesses.hpp"
#include "benchmarks/gpu_memory/content.hpp"
#include "benchmarks/gpu_memory/sequence.hpp"
#include "benchmarks/gpu_memory/sizes.hpp"

namespace assay::benchmarks::gpu_memory {

using native::check_cuda;

namespace {

constexpr std::uint64_t words = transfer_bytes / sizeof(std::uint64_t);

/// Host memory of either kind.
class HostBuffer {
 public:
  explicit HostBuffer(bool pinned) {
    if (pinned)
      pinned_ = native::allocate_pinned(transfer_bytes);
    else
      pageable_ = std::make_unique<Buffer>(transfer_bytes);
  }
  [[nodiscard]] std::uint64_t* words() const {
    return pageable_ ? pageable_->as<std::uint64_t>() : static_cast<std::uint64_t*>(pinned_.get());
  }

 private:
  native::PinnedMemory pinned_;
  std::unique_ptr<Buffer> pageable_;
};

/// One direction: what is sent holds another sequence for each sample, what is received nothing of
/// it.
class Transfer {
 public:
  explicit Transfer(bool pinned) : host_{pinned} {}

  void fill_host() {
    ++first_;
    for (std::uint64_t index = 0; index < words; ++index)
      host_.words()[index] = word(first_, index);
    check_cuda(cudaMemset(device_.get(), never_written, transfer_bytes));
    check_cuda(cudaDeviceSynchronize());
  }
  void fill_device() {
    ++first_;
    check_cuda(start_write(device_.get(), words, first_, nullptr));
    std::fill_n(host_.words(), words, std::uint64_t{0});
    check_cuda(cudaDeviceSynchronize());
  }
  void start_to_device() const {
    check_cuda(cudaMemcpyAsync(device_.get(), host_.words(), transfer_bytes, cudaMemcpyHostToDevice,
                               stream_.get()));
  }
  void start_to_host() const {
    check_cuda(cudaMemcpyAsync(host_.words(), device_.get(), transfer_bytes, cudaMemcpyDeviceToHost,
                               stream_.get()));
  }
  void wait() const { check_cuda(cudaStreamSynchronize(stream_.get())); }
  [[nodiscard]] std::optional<Mismatch> check_device() const {
    return comparison_.mismatch(device_.get(), transfer_bytes, first_);
  }
  [[nodiscard]] std::optional<Mismatch> check_host() const {
    return host_mismatch(host_.words(), transfer_bytes, first_);
  }

 private:
  static constexpr int never_written = 0xA5;
  HostBuffer host_;
  native::DeviceMemory device_ = native::allocate_device(transfer_bytes);
  native::CudaStream stream_ = native::make_stream();
  Comparison comparison_;
  std::uint64_t first_ = 0;
};

DeviceKernel make_kernel(const char* algorithm, bool pinned, std::uint64_t bytes) {
  DeviceKernel kernel;
  kernel.description.benchmark = "copy";
  kernel.description.implementation = "cuda";
  kernel.description.algorithm = algorithm;
  kernel.description.registered = pinned;
  kernel.description.size_bytes = bytes;
  return kernel;
}

}  // namespace

void add_transfers(DeviceKernels& kernels, bool pinned) {
  const auto there = std::make_shared<Transfer>(pinned);
  const auto back = std::make_shared<Transfer>(pinned);

  DeviceKernel& to_device =
      kernels.emplace_back(make_kernel("host_to_device", pinned, transfer_bytes));
  to_device.prepare = [there] { there->fill_host(); };
  to_device.run = [there] {
    there->start_to_device();
    there->wait();
  };
  to_device.check = [there] { return there->check_device(); };

  DeviceKernel& to_host =
      kernels.emplace_back(make_kernel("device_to_host", pinned, transfer_bytes));
  to_host.prepare = [back] { back->fill_device(); };
  to_host.run = [back] {
    back->start_to_host();
    back->wait();
  };
  to_host.check = [back] { return back->check_host(); };

  if (!pinned) return;  // copies of pageable memory wait for each other in the host
  DeviceKernel& both = kernels.emplace_back(make_kernel("both_ways", pinned, 2 * transfer_bytes));
  both.prepare = [there, back] {
    there->fill_host();
    back->fill_device();
  };
  both.run = [there, back] {
    there->start_to_device();
    back->start_to_host();
    there->wait();
    back->wait();
  };
  both.check = [there, back] {
    auto wrong = there->check_device();
    return wrong ? wrong : back->check_host();
  };
}

}  // namespace assay::benchmarks::gpu_memory
