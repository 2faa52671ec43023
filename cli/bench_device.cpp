#include "cli/bench_device.hpp"

#include <fmt/format.h>

#include <map>

#include "benchmarks/device.hpp"
#include "benchmarks/matmul/matmul.hpp"
#include "benchmarks/memory/memory.hpp"
#include "cli/bench_collective.hpp"
#include "cli/required_memory.hpp"
#include "collectives/together.hpp"

namespace assay::cli {

using benchmarks::Job;
using results::Record;

namespace {

bool is_matmul(const BenchOptions& options) { return options.name == "matmul"; }

benchmarks::MatmulOptions matmul_options(const BenchOptions& options, const Job& job,
                                         const benchmarks::MatmulShape& shape) {
  benchmarks::MatmulOptions matmul;
  matmul.shape = shape;
  matmul.layout = options.layout.value_or(benchmarks::MatmulLayout{});
  if (options.all_cores) matmul.threads = static_cast<int>(job.host.usable_processors.size());
  matmul.slowdown = benchmarks::matmul_slowdown(job.faults, job.rank());
  matmul.corrupt = benchmarks::corrupts_matmul(job.faults, job.rank());
  return matmul;
}

std::vector<benchmarks::MatmulShape> shapes_of(const BenchOptions& options) {
  if (options.all_shapes) return {benchmarks::host_shapes.begin(), benchmarks::host_shapes.end()};
  return options.shapes.empty() ? std::vector{benchmarks::default_shape} : options.shapes;
}

void print_head(const BenchOptions& options, const Job& job) {
  const char* size = is_matmul(options) ? "shape" : "size";
  const char* size_unit = is_matmul(options) ? "" : "(B)";
  const char* rate_unit = is_matmul(options) ? "(GFLOP/s)" : "(GB/s)";
  say(job, "# {:>4} {:>10} {:>8}  {:>16}  {:>10}  {:>10}  {:>6}\n", "rank", "kernel", "type", size,
      "time", "rate", "#wrong");
  say(job, "# {:>4} {:>10} {:>8}  {:>16}  {:>10}  {:>10}\n", "", "", "", size_unit, "(us)",
      rate_unit);
}

double rate_of(const Record& record) {
  return record.rate_flop_per_s.value_or(record.algorithm_bandwidth_bytes_per_s.value_or(0));
}

void print_row(const Job& job, const Record& record) {
  say(job, "  {:>4} {:>10} {:>8}  {:>16}  {:>10.1f}  {:>10.2f}  {:>6}\n", *record.rank,
      record.algorithm.value_or(record.implementation), record.dtype.value_or(""),
      record.shape.value_or(std::to_string(record.size_bytes.value_or(0))), *record.median_s * 1e6,
      rate_of(record) / 1e9, record.wrong.value_or(0));
}

/// Where several shapes were measured: the quickest of each implementation, over all ranks.
void print_best(const Job& job, const std::vector<Record>& records) {
  std::map<std::string, const Record*> best;
  for (const Record& record : records) {
    const Record*& quickest = best[record.implementation];
    if (quickest == nullptr || rate_of(record) > rate_of(*quickest)) quickest = &record;
  }
  for (const auto& [implementation, record] : best)
    say(job, "# best of {}: {:.2f} GFLOP/s at {} on rank {}\n", implementation,
        rate_of(*record) / 1e9, record->shape.value_or(""), *record->rank);
}

std::vector<Record> measure(const BenchOptions& options, const Job& job, RecordSink& sink,
                            benchmarks::DeviceKernels kernels) {
  benchmarks::DeviceOptions device;
  device.iterations = options.iterations;
  device.deadline = options.common.deadline.value_or(default_deadline);
  auto records = sink.watched(options.name, [&] {
    return benchmarks::measure_devices(job, kernels, job.everyone(), device);
  });
  for (const Record& record : records) {
    sink.keep(record);
    print_row(job, record);
  }
  return records;
}

}  // namespace

void check_device(const BenchOptions& options, const Job& job) {
  if (!is_matmul(options)) return;
  collectives::together(job.world, [&] {
    const auto& me = job.identity(job.rank());
    if (options.all_cores && me.host_ranks > 1)
      throw UsageError{fmt::format(
          "--all-cores is for one rank a host, and {} has {}: they would measure each other",
          me.host, me.host_ranks)};
  });
  for (const auto& shape : shapes_of(options))
    require_memory(job, benchmarks::matmul_bytes(matmul_options(options, job, shape)),
                   fmt::format("a matmul of {}", name_of(shape)), "ask for a smaller --shape");
}

void bench_device(const BenchOptions& options, const Job& job, RecordSink& sink) {
  print_head(options, job);
  if (!is_matmul(options)) {
    const auto array = benchmarks::memory_array_bytes(job);
    static_cast<void>(measure(options, job, sink, benchmarks::make_memory_kernels(array)));
    return;
  }
  std::vector<Record> all;
  for (const auto& shape : shapes_of(options))
    for (Record& record :
         measure(options, job, sink,
                 benchmarks::make_matmul_kernels(matmul_options(options, job, shape))))
      all.push_back(std::move(record));
  if (shapes_of(options).size() > 1) print_best(job, all);
}

}  // namespace assay::cli
