#include "benchmarks/gpu_memory.hpp"

#include <fmt/format.h>

#include <cstdint>
#include <memory>
#include <optional>

#include "benchmarks/measurement.hpp"
#include "collectives/together.hpp"
#include "core/error.hpp"
#include "core/native/cuda.hpp"
#include "results/statistics.hpp"

namespace assay::benchmarks {

using results::Record;

namespace {

/// Far beyond any cache, and what takes a sound GPU about a millisecond.
constexpr std::size_t copied_bytes = std::size_t{1} << 30;

class GpuCopy final : public TimedOperation {
 public:
  GpuCopy()
      : source_{native::allocate_device(copied_bytes)},
        target_{native::allocate_device(copied_bytes)},
        stream_{native::make_stream()} {}

  void prepare(std::uint64_t sample) override {
    value_ = static_cast<int>(sample % 255) + 1;
    native::check_cuda(cudaMemset(source_.get(), value_, copied_bytes));
    native::check_cuda(cudaMemset(target_.get(), 0, copied_bytes));
    native::check_cuda(cudaDeviceSynchronize());
  }
  collectives::ExecutionStatus run(Deadline) noexcept override {
    status_ = cudaMemcpyAsync(target_.get(), source_.get(), copied_bytes, cudaMemcpyDeviceToDevice,
                              stream_.get());
    if (status_ == cudaSuccess) status_ = cudaStreamSynchronize(stream_.get());
    return std::nullopt;
  }
  /// Some places of it.
  std::optional<Mismatch> check(std::uint64_t) override {
    native::check_cuda(status_);
    constexpr std::size_t step = copied_bytes / 16 - 1;
    for (std::size_t at = 0; at < copied_bytes; at += step) {
      unsigned char found = 0;
      native::check_cuda(cudaMemcpy(&found, static_cast<const char*>(target_.get()) + at, 1,
                                    cudaMemcpyDeviceToHost));
      if (found != value_)
        return Mismatch{1, at, fmt::format("{}", value_), fmt::format("{}", found)};
    }
    return std::nullopt;
  }

 private:
  native::DeviceMemory source_;
  native::DeviceMemory target_;
  native::CudaStream stream_;
  int value_ = 0;
  cudaError_t status_ = cudaSuccess;
};

}  // namespace

std::vector<Record> measure_gpu_copies(const Job& job,
                                       const collectives::device::Placement& placement,
                                       const SamplerOptions& options) {
  const native::CurrentDevice current{placement.device(placement.first_local())};
  std::unique_ptr<GpuCopy> copy;
  together(job.world, [&] {
    std::size_t free = 0;
    std::size_t total = 0;
    native::check_cuda(cudaMemGetInfo(&free, &total));
    if (free < 2 * copied_bytes)
      throw UsageError{
          fmt::format("memory needs {} MiB on GPU {}, and {} MiB are free: end what "
                      "else uses it",
                      2 * copied_bytes >> 20, placement.bus(placement.first_local()), free >> 20)};
    copy = std::make_unique<GpuCopy>();
  });
  job.announce("copies in GPUs");
  Sampler sampler{job.world, job.alignment, job.heartbeat};
  const Samples all = sampler.sample(*copy, options);
  std::vector<Record> records;
  for (int rank = 0; rank < job.size(); ++rank) {
    Samples own = all;
    own.duration_s = all.own_s[static_cast<std::size_t>(rank)];
    if (!all.wrong.empty()) own.wrong = {all.wrong[static_cast<std::size_t>(rank)]};
    if (all.first_wrong && all.first_wrong->first != rank) own.first_wrong.reset();
    if (own.first_wrong) own.first_wrong->first = 0;
    Record& record = records.emplace_back();
    record.benchmark = "memory";
    record.implementation = "cuda";
    record.algorithm = "copy";
    record.memory = "device";
    record.size_bytes = 2 * copied_bytes;  // read and written, as STREAM counts a copy
    record.rank = rank;
    record.host = job.identity(rank).host;
    record.device = placement.device_name(rank * placement.per_process);
    describe(record, own, {rank});
    record.algorithm_bandwidth_bytes_per_s =
        static_cast<double>(*record.size_bytes) / *record.median_s;
  }
  return records;
}

}  // namespace assay::benchmarks
