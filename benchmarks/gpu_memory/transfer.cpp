#include "benchmarks/gpu_memory/transfer.hpp"

#include <algorithm>
#include <array>
#include <future>
#include <memory>

#include "benchmarks/buffer.hpp"
#include "benchmarks/gpu_memory/accesses.hpp"
#include "benchmarks/gpu_memory/content.hpp"
#include "benchmarks/gpu_memory/sequence.hpp"
#include "benchmarks/gpu_memory/sizes.hpp"
#include "benchmarks/gpu_timer.hpp"

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
  [[nodiscard]] cudaError_t to_device(cudaStream_t stream) const {
    return cudaMemcpyAsync(device_.get(), host_.words(), transfer_bytes, cudaMemcpyHostToDevice,
                           stream);
  }
  [[nodiscard]] cudaError_t to_host(cudaStream_t stream) const {
    return cudaMemcpyAsync(host_.words(), device_.get(), transfer_bytes, cudaMemcpyDeviceToHost,
                           stream);
  }
  /// One of its own.
  [[nodiscard]] cudaStream_t stream() const { return stream_.get(); }
  /// For kernels: pinned memory has one address everywhere.
  [[nodiscard]] WordCopy words_to_device() const { return {host_.words(), device_.get()}; }
  [[nodiscard]] WordCopy words_to_host() const { return {device_.get(), host_.words()}; }
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

/// Both directions, each with buffers of its own.
struct Ways {
  explicit Ways(bool pinned) : there{pinned}, back{pinned} {}
  Transfer there;
  Transfer back;
};

enum class Direction { to_device, to_host, both };
struct Named {
  Direction direction;
  const char* by_engine;
  const char* by_kernel;
};
constexpr std::array directions{Named{Direction::to_device, "host_to_device", "kernel_to_device"},
                                Named{Direction::to_host, "device_to_host", "kernel_to_host"},
                                Named{Direction::both, "both_ways", "kernel_both_ways"}};

/// What fills and checks, but does not run.
DeviceKernel make_kernel(const std::shared_ptr<Ways>& ways, Direction direction, bool pinned,
                         const char* implementation, const char* algorithm) {
  const bool goes = direction != Direction::to_host;
  const bool comes = direction != Direction::to_device;
  DeviceKernel kernel;
  kernel.description.benchmark = "copy";
  kernel.description.implementation = implementation;
  kernel.description.algorithm = algorithm;
  kernel.description.registered = pinned;
  kernel.description.size_bytes = (goes && comes ? 2 : 1) * transfer_bytes;
  kernel.prepare = [ways, goes, comes] {
    if (goes) ways->there.fill_host();
    if (comes) ways->back.fill_device();
  };
  kernel.check = [ways, goes, comes] {
    auto wrong = goes ? ways->there.check_device() : std::nullopt;
    return wrong || !comes ? wrong : ways->back.check_host();
  };
  return kernel;
}

/// Runs on a GPU's clock.
class Clocked {
 public:
  explicit Clocked(const std::shared_ptr<Ways>& ways) : ways_{ways} {}

  void by_engine(Direction direction) const {
    timer_.run([&](cudaStream_t stream) {
      if (direction == Direction::to_device) return ways_->there.to_device(stream);
      if (direction == Direction::to_host) return ways_->back.to_host(stream);
      return both_by_engines(stream);
    });
  }
  void by_kernel(Direction direction) const {
    timer_.run([&](cudaStream_t stream) {
      const WordCopy there = ways_->there.words_to_device();
      const WordCopy back = ways_->back.words_to_host();
      if (direction == Direction::both) return start_copies(there, back, words, stream);
      const WordCopy& one = direction == Direction::to_device ? there : back;
      return start_copy(one.from, one.to, words, stream);
    });
  }
  [[nodiscard]] Seconds elapsed() const { return timer_.elapsed(); }

 private:
  /// The way back on a stream of its own, which begins and ends with the other.
  [[nodiscard]] cudaError_t both_by_engines(cudaStream_t stream) const {
    cudaError_t status = cudaEventRecord(fork_.get(), stream);
    if (status == cudaSuccess) status = cudaStreamWaitEvent(ways_->back.stream(), fork_.get());
    if (status == cudaSuccess) status = ways_->back.to_host(ways_->back.stream());
    if (status == cudaSuccess) status = ways_->there.to_device(stream);
    if (status == cudaSuccess) status = cudaEventRecord(join_.get(), ways_->back.stream());
    if (status == cudaSuccess) status = cudaStreamWaitEvent(stream, join_.get());
    return status;
  }
  static native::CudaEvent make_event() {
    cudaEvent_t event = nullptr;
    check_cuda(cudaEventCreateWithFlags(&event, cudaEventDisableTiming));
    return native::CudaEvent{event};
  }

  std::shared_ptr<Ways> ways_;
  GpuTimer timer_;
  native::CudaEvent fork_ = make_event();
  native::CudaEvent join_ = make_event();
};

/// Copies of pageable memory wait for each other in a thread of the host, so that each has its own.
void run_pageable(const Ways& ways, Direction direction) {
  int device = 0;
  check_cuda(cudaGetDevice(&device));
  const auto run = [device](const Transfer& transfer, auto way) {
    const native::CurrentDevice current{device};
    check_cuda((transfer.*way)(transfer.stream()));
    check_cuda(cudaStreamSynchronize(transfer.stream()));
  };
  if (direction == Direction::to_device) return run(ways.there, &Transfer::to_device);
  if (direction == Direction::to_host) return run(ways.back, &Transfer::to_host);
  auto back = std::async(std::launch::async, [&] { run(ways.back, &Transfer::to_host); });
  run(ways.there, &Transfer::to_device);
  back.get();
}

}  // namespace

void add_pinned_transfers(DeviceKernels& kernels) {
  const auto ways = std::make_shared<Ways>(true);
  const auto clocked = std::make_shared<Clocked>(ways);
  for (const auto& [direction, by_engine, by_kernel] : directions) {
    DeviceKernel& engine =
        kernels.emplace_back(make_kernel(ways, direction, true, "cuda", by_engine));
    engine.run = [clocked, direction = direction] { clocked->by_engine(direction); };
    engine.elapsed = [clocked] { return clocked->elapsed(); };
    DeviceKernel& kernel =
        kernels.emplace_back(make_kernel(ways, direction, true, "assay", by_kernel));
    kernel.run = [clocked, direction = direction] { clocked->by_kernel(direction); };
    kernel.elapsed = [clocked] { return clocked->elapsed(); };
  }
}

void add_pageable_transfers(DeviceKernels& kernels) {
  const auto ways = std::make_shared<Ways>(false);
  for (const auto& [direction, by_engine, by_kernel] : directions) {
    DeviceKernel& kernel =
        kernels.emplace_back(make_kernel(ways, direction, false, "cuda", by_engine));
    kernel.run = [ways, direction = direction] { run_pageable(*ways, direction); };
  }
}

}  // namespace assay::benchmarks::gpu_memory
