#include "cli/bench_gpu_memory.hpp"

#include <fmt/format.h>

#include "benchmarks/gpu_memory.hpp"
#include "benchmarks/gpu_memory/benchmark.hpp"
#include "cli/bench_collective.hpp"
#include "cli/required_memory.hpp"

namespace assay::cli {

using benchmarks::Job;
using results::Record;

namespace {

std::string kernel_of(const Record& record) {
  const std::string algorithm = record.algorithm.value_or("");
  if (record.registered) return algorithm + (*record.registered ? " pinned" : " pageable");
  return fmt::format("{} {}", algorithm, record.implementation);
}

void print_head(const Job& job) {
  say(job, "# {:>4} {:>6} {:>23} {:>12}  {:>10}  {:>10}  {:>6}\n", "rank", "device", "kernel",
      "size", "time", "rate", "#wrong");
  say(job, "# {:>4} {:>6} {:>23} {:>12}  {:>10}  {:>10}\n", "", "", "", "(B)", "(us)", "(GB/s)");
}

void print_row(const Job& job, const Record& record) {
  const auto rate = record.algorithm_bandwidth_bytes_per_s;
  say(job, "  {:>4} {:>6} {:>23} {:>12}  {:>10.3f}  {:>10}  {:>6}\n", *record.rank, *record.device,
      kernel_of(record), *record.size_bytes, *record.median_s * 1e6,
      rate ? fmt::format("{:.1f}", *rate / 1e9) : "N/A", record.wrong.value_or(0));
}

}  // namespace

void check_gpu_memory(const Job& job) {
  require_memory(job, benchmarks::gpu_memory_host_bytes(), "memory on GPUs",
                 "run fewer ranks a host");
}

void bench_gpu_memory(const BenchOptions& options, const Job& job,
                      const collectives::device::Placement& placement, RecordSink& sink) {
  print_head(job);
  benchmarks::GpuMemoryOptions memory;
  memory.iterations = options.iterations;
  memory.deadline = options.common.deadline.value_or(default_deadline);
  const auto records = sink.watched("memory", [&] {
    auto all = benchmarks::measure_gpu_copies(job, placement, sampler_options(options));
    for (Record& record : benchmarks::measure_gpu_memory(job, placement, memory))
      all.push_back(std::move(record));
    return all;
  });
  for (const Record& record : records) {
    sink.keep(record);
    print_row(job, record);
  }
}

}  // namespace assay::cli
