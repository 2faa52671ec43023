#include "benchmarks/gpu_collective.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <optional>
#include <utility>
#include <vector>

#include "benchmarks/gpu_processes.hpp"
#include "benchmarks/measurement.hpp"
#include "benchmarks/timed_gpu_collective.hpp"
#include "benchmarks/transport_choice.hpp"
#include "collectives/algorithm.hpp"
#include "collectives/device/inventory.hpp"
#include "collectives/device/own_collective.hpp"
#include "collectives/device/peer_memory.hpp"
#include "collectives/device/staged_collective.hpp"
#include "collectives/device/switch_collective.hpp"
#include "collectives/metrics.hpp"
#include "collectives/together.hpp"
#include "core/error.hpp"
#ifdef ASSAY_NCCL
#include "collectives/baseline/nccl.hpp"
#endif

namespace assay::benchmarks {

namespace device = collectives::device;
using collectives::BlockWeights;
using device::Placement;
using results::Record;

bool has_nccl() {
#ifdef ASSAY_NCCL
  return true;
#else
  return false;
#endif
}

Placement place_on_gpus(const Job& job, int per_process, bool is_virtual) {
  device::Inventory inventory;
  together(job.world, [&] {
    inventory = device::find_gpus();
    require_gpus(inventory);
  });
  const auto processes = gather_gpus(job, inventory);
  Placement placement = place_ranks(processes, job.rank(), per_process, is_virtual);
  // Before anything else makes a context on another one.
  together(job.world,
           [&] { native::check_cuda(cudaSetDevice(placement.device(placement.first_local()))); });
  return placement;
}

Bytes least_free_memory(const Placement& placement) {
  std::size_t least = std::numeric_limits<std::size_t>::max();
  for (int i = 0; i < placement.per_process; ++i) {
    const native::CurrentDevice current{placement.device(placement.first_local() + i)};
    std::size_t free = 0;
    std::size_t total = 0;
    native::check_cuda(cudaMemGetInfo(&free, &total));
    least = std::min(least, free);
  }
  return {least};
}

class GpuBenchmark::Parts {
 public:
  Parts(const Job& job, Placement placement, const GpuVariant& variant, const CollectiveTask& task,
        Bytes largest, Seconds deadline)
      : job_{job},
        placement_{std::move(placement)},
        variant_{variant},
        task_{task},
        weights_{block_weights(task.operation, placement_.ranks())},
        deadline_{deadline} {
    const std::size_t count = element_count(task_, largest, placement_.ranks());
    const std::size_t bytes =
        TimedGpuCollective::memory_bytes(task_, weights_, count, placement_.ranks());
    if (variant_.implementation == "nccl")
      use_nccl(bytes);
    else if (variant_.staged)
      use_staged(bytes);
    else
      use_own(bytes, largest);
    together(job_.world, [&] {
      timed_ = std::make_unique<TimedGpuCollective>(task_, weights_, count, placement_, memory_);
    });
  }

  Record measure(Bytes size, bool in_place, SamplerOptions options) {
    const std::size_t count = element_count(task_, size, placement_.ranks());
    const std::size_t whole = whole_elements(task_, weights_, count, placement_.ranks());
    job_.announce(fmt::format("{} {} {} {} bytes on GPUs", info(task_.operation).name,
                              variant_.implementation, variant_.algorithm,
                              whole * info(task_.elements.type).bytes));
    if (variant_.graph > 0) options.operations = variant_.graph;
    if (options.operations > 1 && in_place) options.check = false;  // each finds the one before's
    together(job_.world, [&] {
      timed_->choose(*collective_, count, in_place, options.operations, variant_.graph > 0);
    });
    Sampler sampler{job_.world, job_.alignment, job_.heartbeat};
    samples_ = sample(sampler, options);
    return describe_record(samples_, whole, in_place);
  }
  [[nodiscard]] const Samples& samples() const { return samples_; }

 private:
  /// By a transport by which the job's ranks meet.
  void use_staged(std::size_t bytes) {
    if (placement_.per_process != 1)
      throw UsageError{"--staged is for one GPU a process; leave -g out"};
    const Group everyone{job_.world, job_.everyone(), std::nullopt};
    transport_ = make_transport(job_, choose_transport(job_, variant_.transport, everyone.members),
                                everyone.members, job_.world);
    auto worker = std::make_unique<device::StreamWorker>();
    auto options = executor_options(job_, everyone.members);
    options.worker = worker.get();
    options.block_bytes = device::staged_block_bytes;
    auto collective = collectives::make_collective(
        collectives::find_algorithm(task_.operation, variant_.algorithm),
        plan_options(job_, everyone, task_), job_.world, *transport_, task_.elements, options);
    collective_ =
        device::make_staged_collective(std::move(worker), std::move(collective), deadline_);
    together(job_.world, [&] {
      memory_.push_back(static_cast<std::byte*>(
          staged_memory_.emplace_back(native::allocate_device(bytes)).get()));
    });
  }

  void use_own(std::size_t bytes, Bytes largest) {
    const device::OwnTask own{.operation = task_.operation,
                              .elements = task_.elements,
                              .root = task_.root,
                              .weights = weights_,
                              .largest_bytes = largest.value};
    if (variant_.algorithm == device::switch_algorithm) {
      switched_.emplace(job_.world, placement_, bytes + device::switch_rest_bytes);
      for (int i = 0; i < placement_.per_process; ++i) memory_.push_back(switched_->own(i));
      collective_ =
          device::make_switch_collective(own, job_.world, placement_, *switched_, deadline_);
      return;
    }
    buffers_.emplace(job_.world, placement_, bytes);
    for (int i = 0; i < placement_.per_process; ++i)
      memory_.push_back(buffers_->of(placement_.first_local() + i));
    collective_ = device::make_own_collective(variant_.algorithm, own, job_.world, placement_,
                                              *buffers_, deadline_);
  }

#ifdef ASSAY_NCCL
  /// Throws  UnavailableError for a type that NCCL does not sum on a GPU of this process.
  void require_type() const {
    const auto type = info(task_.elements.type);
    const bool is_float8 = type.bytes == 1 && type.significand_bits > 0;
    if (!is_float8 || !info(task_.operation).reduces) return;
    for (int i = 0; i < placement_.per_process; ++i) {
      const int rank = placement_.first_local() + i;
      constexpr int first_with_float8 = 9;
      int major = 0;
      native::check_cuda(cudaDeviceGetAttribute(&major, cudaDevAttrComputeCapabilityMajor,
                                                placement_.device(rank)));
      if (major < first_with_float8)
        throw UnavailableError{fmt::format(
            "NCCL sums {} on GPUs of capability 9.0 and later, and GPU {} (rank {}) has {}.x",
            type.name, placement_.bus(rank), rank, major)};
    }
  }

  void use_nccl(std::size_t bytes) {
    together(job_.world, [&] { require_type(); });
    std::vector<collectives::NcclMemory> memory;
    together(job_.world, [&] {
      for (int i = 0; i < placement_.per_process; ++i) {
        const native::CurrentDevice current{placement_.device(placement_.first_local() + i)};
        memory_.push_back(nccl_memory_.emplace_back(bytes).data());
        memory.push_back({memory_.back(), bytes});
      }
    });
    const auto buffers = variant_.window       ? collectives::NcclBuffers::window
                         : variant_.registered ? collectives::NcclBuffers::registered
                                               : collectives::NcclBuffers::plain;
    collective_ = collectives::make_nccl_collective(
        {.operation = task_.operation,
         .elements = task_.elements,
         .root = task_.root,
         .weights = weights_,
         .forcing = collectives::find_nccl_forcing(task_.operation, variant_.algorithm),
         .buffers = buffers},
        job_.world, placement_, memory, Deadline::after(deadline_));
  }
#else
  void use_nccl(std::size_t) { throw UnavailableError{"NCCL is not in this build"}; }
#endif

  /// Whether the library moves the GPUs' memory itself, or pinned memory of the hosts.
  [[nodiscard]] std::string name_between_hosts() const {
    return fmt::format("{}+{}", transport_->moves_device_memory() ? "cuda" : "staged",
                       transport_->name());
  }

  /// What a library says of itself goes before what its peers saw of it.
  Samples sample(Sampler& sampler, const SamplerOptions& options) {
    try {
      return sampler.sample(*timed_, options);
    } catch (const Error& error) {
      if (collective_->failure_code() == 0) throw;
      const bool is_nccl = variant_.implementation == "nccl";
      throw Error{is_nccl ? "NCCL" : "CUDA", collective_->failure_code(), error.what(),
                  std::source_location::current(), is_nccl ? ExitCode::nccl : ExitCode::cuda};
    }
  }

  Record describe_record(const Samples& samples, std::size_t whole, bool in_place) {
    const auto& operation = info(task_.operation);
    Record record;
    record.benchmark = operation.name;
    record.implementation = variant_.implementation;
    record.algorithm = variant_.algorithm;
    if (variant_.implementation == "assay")
      record.transport = transport_  ? name_between_hosts()
                         : switched_ ? "cuda_multicast"
                                     : "cuda_p2p";
    record.memory = "device";
    record.dtype = info(task_.elements.type).name;
    if (operation.reduces) record.op = info(task_.elements.op).name;
    if (operation.has_root) record.root = task_.root;
    record.size_bytes = whole * info(task_.elements.type).bytes;
    record.ranks = placement_.ranks();
    record.in_place = in_place;
    record.registered =
        variant_.registered || variant_.window || variant_.algorithm == device::direct_algorithm ||
        (variant_.implementation == "assay" && variant_.algorithm == device::switch_algorithm);
    if (variant_.window) record.symmetric_window = true;
    if (variant_.graph > 0) record.graph = variant_.graph;
    describe(record, samples, job_.everyone());
    const auto wrong_ranks = collectives::gather_values(job_.world, timed_->first_wrong_rank());
    if (record.first_wrong)
      record.first_wrong->rank = wrong_ranks[static_cast<std::size_t>(record.first_wrong->rank)];
    if (placement_.is_virtual)
      record.label = results::virtual_label;
    else
      add_bandwidth(record, collectives::bus_factor(task_.operation, placement_.ranks()));
    return record;
  }

  const Job& job_;
  Placement placement_;
  GpuVariant variant_;
  CollectiveTask task_;
  BlockWeights weights_;
  Seconds deadline_;
  std::optional<device::PeerMemory> buffers_;
  std::optional<device::MulticastMemory> switched_;
  std::vector<native::DeviceMemory> staged_memory_;
  std::unique_ptr<collectives::Transport> transport_;  ///< of staged ones
#ifdef ASSAY_NCCL
  std::vector<collectives::NcclAllocation> nccl_memory_;
#endif
  std::vector<std::byte*> memory_;
  std::unique_ptr<device::GroupCollective> collective_;
  std::unique_ptr<TimedGpuCollective> timed_;
  Samples samples_;
};

GpuBenchmark::GpuBenchmark(const Job& job, const Placement& placement, const GpuVariant& variant,
                           const CollectiveTask& task, Bytes largest, Seconds deadline)
    : parts_{std::make_unique<Parts>(job, placement, variant, task, largest, deadline)} {}

GpuBenchmark::~GpuBenchmark() = default;

const Samples& GpuBenchmark::samples() const { return parts_->samples(); }

Record GpuBenchmark::measure(Bytes size, bool in_place, SamplerOptions options) {
  return parts_->measure(size, in_place, std::move(options));
}

}  // namespace assay::benchmarks
