#include "benchmarks/gpu_all_reduce.hpp"

#include <algorithm>
#include <set>

#include "collectives/baseline/nccl_algorithms.hpp"
#include "collectives/bootstrap.hpp"
#include "collectives/device/own_algorithms.hpp"
#include "collectives/together.hpp"
#include "core/clock.hpp"
#include "core/error.hpp"
#include "topology/host.hpp"

namespace assay::benchmarks {

namespace device = collectives::device;
using results::Record;

namespace {

/// Of a GPU's memory and of the host's, for what algorithms and libraries have beside the buffers.
constexpr Bytes beside{1U << 30};
/// Input and output.
constexpr std::uint64_t device_copies = 2;
/// What is written to GPUs and read from them goes through one buffer a process; twice that, as
/// memory that is nearly all used slows down the rest of the host.
constexpr std::uint64_t host_copies = 2;

/// In a row, so that starting them is a small part of a sample.
constexpr int operations_a_sample = 8;
/// Each is written anew, which takes the host longer than GPUs take to sum it: as few as have an
/// interval.
constexpr int samples = 6;

Record left_out(const Job& job, const device::Placement& placement, const GpuVariant& variant,
                const std::string& why) {
  Record record;
  record.benchmark = info(collectives::Operation::all_reduce).name;
  record.implementation = variant.implementation;
  record.algorithm = variant.algorithm;
  record.memory = "device";
  record.ranks = placement.ranks();
  record.host = job.identity(0).host;
  record.time = utc_timestamp();
  record.report.facts["left_out"] = why;
  return record;
}

/// The least that any process has.
std::uint64_t least_of_all(const Job& job, std::uint64_t mine) {
  const auto all = collectives::gather_values(job.world, mine);
  return *std::ranges::min_element(all);
}

}  // namespace

std::vector<GpuVariant> all_reduce_variants(const device::Placement& placement, bool nccl,
                                            const std::string& transport) {
  std::vector<GpuVariant> variants;
  if (placement.ranks() < 2) return variants;
  const std::set<std::string> hosts{placement.hosts.begin(), placement.hosts.end()};
  const std::string ring = "ring";
  if (hosts.size() == 1) {
    for (const std::string& name :
         {ring, std::string{device::direct_algorithm}, std::string{device::switch_algorithm}})
      variants.push_back({.implementation = "assay", .algorithm = name});
  } else if (placement.per_process == 1) {
    variants.push_back(
        {.implementation = "assay", .algorithm = ring, .staged = true, .transport = transport});
  }
  if (nccl)
    variants.push_back(
        {.implementation = "nccl", .algorithm = std::string{collectives::nccl_default}});
  return variants;
}

std::unique_ptr<GpuBenchmark> set_up_all_reduce(const Job& job, const device::Placement& placement,
                                                const GpuVariant& variant, Bytes largest,
                                                Seconds deadline, std::string& why) {
  // Of all ranks alike: what the machine has not, no rank has.
  try {
    return std::make_unique<GpuBenchmark>(job, placement, variant, CollectiveTask{}, largest,
                                          deadline);
  } catch (const UnavailableError& unavailable) {
    why = unavailable.what();
  } catch (const Error& error) {
    if (error.exit_code() != ExitCode::nccl) throw;
    why = error.what();
  }
  return nullptr;
}

Record measure_sum(GpuBenchmark& benchmark, const device::Placement& placement, Bytes size,
                   const SamplerOptions& sampler) {
  Record record = benchmark.measure(size, false, sampler);
  if (record.first_wrong) record.first_wrong->rank /= placement.per_process;
  return record;
}

std::size_t sizes_that_fit(std::span<const std::uint64_t> sizes, Bytes device, Bytes host,
                           int per_process) {
  const auto fits = [&](std::uint64_t size) {
    return device_copies * size + beside.value <= device.value &&
           host_copies * size * static_cast<std::uint64_t>(per_process) + beside.value <=
               host.value;
  };
  const auto count = static_cast<std::size_t>(std::ranges::count_if(sizes, fits));
  return std::max<std::size_t>(count, 1);
}

std::vector<Record> measure_gpu_all_reduce(const Job& job, const device::Placement& placement,
                                           const GpuAllReduceOptions& options) {
  const auto processes = static_cast<std::uint64_t>(job.identity(job.rank()).host_ranks);
  const Bytes host{least_of_all(job, topology::available_memory().value / processes)};
  Bytes free;
  collectives::together(job.world, [&] { free = least_free_memory(placement); });
  const Bytes device{least_of_all(job, free.value)};
  const auto sizes =
      options.sizes.first(sizes_that_fit(options.sizes, device, host, placement.per_process));
  SamplerOptions sampler;
  sampler.warmup = 1;
  sampler.iterations = samples;
  sampler.checks = 1;
  sampler.operations = operations_a_sample;
  sampler.deadline = options.deadline;
  std::vector<Record> records;
  for (const GpuVariant& variant : all_reduce_variants(placement, has_nccl(), options.transport)) {
    std::string why;
    const auto benchmark =
        set_up_all_reduce(job, placement, variant, {sizes.back()}, options.deadline, why);
    if (!benchmark) records.push_back(left_out(job, placement, variant, why));
    if (!benchmark) continue;
    for (const std::uint64_t size : sizes)
      records.push_back(measure_sum(*benchmark, placement, {size}, sampler));
  }
  if (job.rank() != 0) records.clear();  // they are the same on all
  return records;
}

}  // namespace assay::benchmarks
