#include "benchmarks/gpu_memory/on_device.hpp"

#include <memory>

#include "benchmarks/gpu_memory/accesses.hpp"
#include "benchmarks/gpu_memory/chain.hpp"
#include "benchmarks/gpu_memory/content.hpp"
#include "benchmarks/gpu_memory/sequence.hpp"
#include "benchmarks/gpu_memory/sizes.hpp"
#include "benchmarks/gpu_timer.hpp"

namespace assay::benchmarks::gpu_memory {

using native::check_cuda;

namespace {

constexpr std::uint64_t words = array_bytes / sizeof(std::uint64_t);

/// Two arrays, which the kernels share, as each of them fills what it reads.
class Arrays {
 public:
  /// Of the next sample: the source holds another sequence, the target nothing of it.
  void fill() {
    ++first_;
    check_cuda(start_write(source_.get(), words, first_, timer_.stream()));
    constexpr int never_written = 0xA5;
    check_cuda(cudaMemsetAsync(target_.get(), never_written, array_bytes, timer_.stream()));
    check_cuda(cudaMemsetAsync(sum_.get(), 0, sizeof(std::uint64_t), timer_.stream()));
    check_cuda(cudaStreamSynchronize(timer_.stream()));
  }
  void read() const {
    timer_.run([this](cudaStream_t stream) {
      return start_read(source_.get(), words, static_cast<std::uint64_t*>(sum_.get()), stream);
    });
  }
  void write() const {
    timer_.run(
        [this](cudaStream_t stream) { return start_write(target_.get(), words, first_, stream); });
  }
  void copy() const {
    timer_.run([this](cudaStream_t stream) {
      return start_copy(source_.get(), target_.get(), words, stream);
    });
  }
  [[nodiscard]] std::optional<Mismatch> check_sum() const {
    std::uint64_t found = 0;
    check_cuda(cudaMemcpy(&found, sum_.get(), sizeof found, cudaMemcpyDeviceToHost));
    const std::uint64_t expected = sum_of_words(first_, words);
    if (found == expected) return std::nullopt;
    return describe(1, 0, expected, found);
  }
  [[nodiscard]] std::optional<Mismatch> check_target() const {
    return comparison_.mismatch(target_.get(), array_bytes, first_);
  }
  [[nodiscard]] Seconds elapsed() const { return timer_.elapsed(); }

 private:
  native::DeviceMemory source_ = native::allocate_device(array_bytes);
  native::DeviceMemory target_ = native::allocate_device(array_bytes);
  native::DeviceMemory sum_ = native::allocate_device(sizeof(std::uint64_t));
  GpuTimer timer_;
  Comparison comparison_;
  std::uint64_t first_ = 0;
};

DeviceKernel make_kernel(const std::shared_ptr<Arrays>& arrays, const char* algorithm,
                         std::uint64_t bytes, std::function<void()> run,
                         std::function<std::optional<Mismatch>()> check) {
  DeviceKernel kernel;
  kernel.description.benchmark = "memory";
  kernel.description.implementation = "assay";
  kernel.description.algorithm = algorithm;
  kernel.description.size_bytes = bytes;
  kernel.run = std::move(run);
  kernel.elapsed = [arrays] { return arrays->elapsed(); };
  kernel.prepare = [arrays] { arrays->fill(); };
  kernel.check = std::move(check);
  return kernel;
}

/// A random cycle of lines, and where the walk is.
class Chain {
 public:
  static constexpr std::uint32_t steps = 20'000;  ///< a run: some ten milliseconds

  Chain() {
    std::vector<std::byte> image(chain_bytes);
    for (std::size_t line = 0; line < next_.size(); ++line)
      *reinterpret_cast<std::uint32_t*>(&image[line * chain_line_bytes]) = next_[line];
    check_cuda(cudaMemcpy(lines_.get(), image.data(), image.size(), cudaMemcpyHostToDevice));
    check_cuda(cudaMemset(line_.get(), 0, sizeof(std::uint32_t)));
  }
  /// Goes on from where the last run ended: those lines have left the caches when it comes back.
  void run() {
    before_ = now_;
    timer_.run([this](cudaStream_t stream) {
      return start_chase(lines_.get(), static_cast<std::uint32_t*>(line_.get()), steps, stream);
    });
    check_cuda(cudaMemcpy(&now_, line_.get(), sizeof now_, cudaMemcpyDeviceToHost));
  }
  [[nodiscard]] std::optional<Mismatch> check() {
    const std::uint32_t expected = walk(next_, before_, steps);
    if (now_ == expected) return std::nullopt;
    const Mismatch wrong = describe(1, before_, expected, now_);
    now_ = expected;
    check_cuda(cudaMemcpy(line_.get(), &now_, sizeof now_, cudaMemcpyHostToDevice));
    return wrong;
  }
  [[nodiscard]] Seconds elapsed() const { return timer_.elapsed() * (1.0 / steps); }

 private:
  static constexpr std::uint64_t seed = 1;
  std::vector<std::uint32_t> next_ = random_cycle(chain_bytes / chain_line_bytes, seed);
  native::DeviceMemory lines_ = native::allocate_device(chain_bytes);
  native::DeviceMemory line_ = native::allocate_device(sizeof(std::uint32_t));
  GpuTimer timer_;
  std::uint32_t before_ = 0;
  std::uint32_t now_ = 0;
};

}  // namespace

void add_accesses(DeviceKernels& kernels) {
  const auto arrays = std::make_shared<Arrays>();
  const auto check_target = [arrays] { return arrays->check_target(); };
  kernels.push_back(make_kernel(
      arrays, "read", array_bytes, [arrays] { arrays->read(); },
      [arrays] { return arrays->check_sum(); }));
  kernels.push_back(make_kernel(
      arrays, "write", array_bytes, [arrays] { arrays->write(); }, check_target));
  kernels.push_back(make_kernel(
      arrays, "kernel_copy", 2 * array_bytes, [arrays] { arrays->copy(); }, check_target));
}

void add_chase(DeviceKernels& kernels) {
  const auto chain = std::make_shared<Chain>();
  DeviceKernel& kernel = kernels.emplace_back();
  kernel.description.benchmark = "memory";
  kernel.description.implementation = "assay";
  kernel.description.algorithm = "latency";
  kernel.description.size_bytes = chain_line_bytes;  // that a load waits for
  kernel.has_rate = false;
  kernel.run = [chain] { chain->run(); };
  kernel.elapsed = [chain] { return chain->elapsed(); };
  kernel.check = [chain] { return chain->check(); };
}

}  // namespace assay::benchmarks::gpu_memory
