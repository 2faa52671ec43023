#include "benchmarks/peer_copy/on_pair.hpp"

#include <utility>

#include "benchmarks/gpu_memory/accesses.hpp"
#include "benchmarks/gpu_memory/chain.hpp"
#include "benchmarks/gpu_memory/content.hpp"
#include "benchmarks/gpu_memory/sequence.hpp"
#include "benchmarks/gpu_timer.hpp"

namespace assay::benchmarks::peer_copy {

using gpu_memory::chain_line_bytes;
using native::check_cuda;

namespace {

constexpr std::uint64_t words = array_bytes / sizeof(std::uint64_t);
constexpr std::uint32_t steps = 5'000;  ///< loads of a run: some five to ten milliseconds

native::CudaEvent make_mark() {
  cudaEvent_t event = nullptr;
  check_cuda(cudaEventCreateWithFlags(&event, cudaEventDisableTiming));
  return native::CudaEvent{event};
}

native::DeviceMemory zeroed(std::size_t bytes) {
  native::DeviceMemory memory = native::allocate_device(bytes);
  check_cuda(cudaMemset(memory.get(), 0, bytes));
  return memory;
}

cudaError_t start_copy(void* to, const void* from, cudaStream_t stream) {
  return cudaMemcpyAsync(to, from, array_bytes, cudaMemcpyDefault, stream);
}

}  // namespace

class Worker {
 public:
  /// Of the next sample: sources hold another sequence, targets one that is wrong everywhere.
  void next_sample() {
    ++first_;
    check_cuda(cudaMemsetAsync(sum_.get(), 0, sizeof(std::uint64_t), timer_.stream()));
  }
  void fill(std::byte* source) const {
    check_cuda(gpu_memory::start_write(source, words, first_, timer_.stream()));
  }
  void spoil(std::byte* target) const {
    check_cuda(gpu_memory::start_write(target, words, ~first_, timer_.stream()));
  }
  void wait() const { check_cuda(cudaStreamSynchronize(timer_.stream())); }

  void copy_one_way(std::byte* to, const std::byte* from) const {
    timer_.run([&](cudaStream_t stream) { return start_copy(to, from, stream); });
  }
  /// From when both may begin to when both have ended.
  void copy_both_ways(const Arrays& own, const Arrays& peer) const {
    timer_.run([&](cudaStream_t stream) {
      cudaError_t status = cudaEventRecord(begun_.get(), stream);
      const auto then = [&status](cudaError_t next) {
        if (status == cudaSuccess) status = next;
      };
      then(cudaStreamWaitEvent(back_.get(), begun_.get(), 0));
      then(start_copy(peer.target, own.source, stream));
      then(start_copy(own.target, peer.source, back_.get()));
      then(cudaEventRecord(back_there_.get(), back_.get()));
      then(cudaStreamWaitEvent(stream, back_there_.get(), 0));
      return status;
    });
  }
  void read(const std::byte* source) const {
    timer_.run([&](cudaStream_t stream) {
      return gpu_memory::start_read(source, words, static_cast<std::uint64_t*>(sum_.get()), stream);
    });
  }
  void write(std::byte* target) const {
    timer_.run([&](cudaStream_t stream) {
      return gpu_memory::start_write(target, words, first_, stream);
    });
  }
  /// Where `steps` steps from `line` lead to.
  [[nodiscard]] std::uint32_t chase(const std::byte* lines, std::uint32_t line) const {
    check_cuda(cudaMemcpy(line_.get(), &line, sizeof line, cudaMemcpyHostToDevice));
    timer_.run([&](cudaStream_t stream) {
      return gpu_memory::start_chase(lines, static_cast<std::uint32_t*>(line_.get()), steps,
                                     stream);
    });
    check_cuda(cudaMemcpy(&line, line_.get(), sizeof line, cudaMemcpyDeviceToHost));
    return line;
  }
  [[nodiscard]] std::optional<Mismatch> check(const std::byte* target) const {
    return comparison_.mismatch(target, array_bytes, first_);
  }
  [[nodiscard]] std::optional<Mismatch> check_sum() const {
    std::uint64_t found = 0;
    check_cuda(cudaMemcpy(&found, sum_.get(), sizeof found, cudaMemcpyDeviceToHost));
    const std::uint64_t expected = gpu_memory::sum_of_words(first_, words);
    if (found == expected) return std::nullopt;
    return gpu_memory::describe(1, 0, expected, found);
  }
  [[nodiscard]] Seconds elapsed() const { return timer_.elapsed(); }

 private:
  GpuTimer timer_;
  native::CudaStream back_ = native::make_stream();
  native::CudaEvent begun_ = make_mark();
  native::CudaEvent back_there_ = make_mark();
  native::DeviceMemory sum_ = zeroed(sizeof(std::uint64_t));
  native::DeviceMemory line_ = zeroed(sizeof(std::uint32_t));
  gpu_memory::Comparison comparison_;
  std::uint64_t first_ = 0;
};

std::shared_ptr<Worker> make_worker() { return std::make_shared<Worker>(); }

namespace {

DeviceKernel make_kernel(const std::shared_ptr<Worker>& worker, const char* implementation,
                         const char* algorithm, std::uint64_t bytes) {
  DeviceKernel kernel;
  kernel.description.benchmark = "peer_copy";
  kernel.description.implementation = implementation;
  kernel.description.algorithm = algorithm;
  kernel.description.transport = "cuda_p2p";
  kernel.description.memory = "device";
  kernel.description.size_bytes = bytes;
  kernel.elapsed = [worker] { return worker->elapsed(); };
  return kernel;
}

DeviceKernel one_way(const std::shared_ptr<Worker>& worker, const Arrays& own, const Arrays& peer) {
  DeviceKernel kernel = make_kernel(worker, "cuda", "one_way", array_bytes);
  kernel.prepare = [=] {
    worker->next_sample();
    worker->fill(own.source);
    worker->spoil(peer.target);
    worker->wait();
  };
  kernel.run = [=] { worker->copy_one_way(peer.target, own.source); };
  kernel.check = [=] { return worker->check(peer.target); };
  return kernel;
}

DeviceKernel both_ways(const std::shared_ptr<Worker>& worker, const Arrays& own,
                       const Arrays& peer) {
  DeviceKernel kernel = make_kernel(worker, "cuda", "both_ways", 2 * array_bytes);
  kernel.prepare = [=] {
    worker->next_sample();
    for (const Arrays& arrays : {own, peer}) {
      worker->fill(arrays.source);
      worker->spoil(arrays.target);
    }
    worker->wait();
  };
  kernel.run = [=] { worker->copy_both_ways(own, peer); };
  kernel.check = [=] {
    auto wrong = worker->check(peer.target);
    return wrong ? wrong : worker->check(own.target);
  };
  return kernel;
}

DeviceKernel read(const std::shared_ptr<Worker>& worker, const Arrays& peer) {
  DeviceKernel kernel = make_kernel(worker, "assay", "read", array_bytes);
  kernel.prepare = [=] {
    worker->next_sample();
    worker->fill(peer.source);
    worker->wait();
  };
  kernel.run = [=] { worker->read(peer.source); };
  kernel.check = [=] { return worker->check_sum(); };
  return kernel;
}

DeviceKernel write(const std::shared_ptr<Worker>& worker, const Arrays& peer) {
  DeviceKernel kernel = make_kernel(worker, "assay", "write", array_bytes);
  kernel.prepare = [=] {
    worker->next_sample();
    worker->spoil(peer.target);
    worker->wait();
  };
  kernel.run = [=] { worker->write(peer.target); };
  kernel.check = [=] { return worker->check(peer.target); };
  return kernel;
}

/// Each run goes on from where the last one ended: those lines have left the caches when it comes
/// back.
struct Walk {
  std::uint32_t before = 0;
  std::uint32_t now = 0;
};

DeviceKernel latency(const std::shared_ptr<Worker>& worker, const Arrays& peer,
                     const std::shared_ptr<const std::vector<std::uint32_t>>& next) {
  DeviceKernel kernel = make_kernel(worker, "assay", "latency", chain_line_bytes);
  kernel.has_rate = false;
  const auto walk = std::make_shared<Walk>();
  kernel.run = [=] {
    walk->before = walk->now;
    walk->now = worker->chase(peer.lines, walk->now);
  };
  kernel.elapsed = [=] { return worker->elapsed() * (1.0 / steps); };
  kernel.check = [=]() -> std::optional<Mismatch> {
    const std::uint32_t expected = gpu_memory::walk(*next, walk->before, steps);
    if (walk->now == expected) return std::nullopt;
    const std::uint32_t found = std::exchange(walk->now, expected);
    return gpu_memory::describe(1, walk->before, expected, found);
  };
  return kernel;
}

}  // namespace

DeviceKernels make_pair_kernels(const std::shared_ptr<Worker>& worker, const Arrays& own,
                                const Arrays& peer,
                                const std::shared_ptr<const std::vector<std::uint32_t>>& next) {
  return {one_way(worker, own, peer), both_ways(worker, own, peer), read(worker, peer),
          write(worker, peer), latency(worker, peer, next)};
}

void upload_cycle(const std::vector<std::uint32_t>& next, std::byte* lines) {
  std::vector<std::byte> image(next.size() * chain_line_bytes);
  for (std::size_t line = 0; line < next.size(); ++line)
    *reinterpret_cast<std::uint32_t*>(&image[line * chain_line_bytes]) = next[line];
  check_cuda(cudaMemcpy(lines, image.data(), image.size(), cudaMemcpyHostToDevice));
}

}  // namespace assay::benchmarks::peer_copy
