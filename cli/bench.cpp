#include <fmt/format.h>

#include <cstdio>
#include <fstream>
#include <numeric>

#include "benchmarks/all_reduce.hpp"
#include "benchmarks/device.hpp"
#include "benchmarks/matmul/matmul.hpp"
#include "benchmarks/memory/memory.hpp"
#include "benchmarks/pair.hpp"
#include "cli/run_folder.hpp"
#include "cli/table.hpp"
#include "cli/together.hpp"
#include "cli/verbs.hpp"
#include "collectives/algorithm.hpp"
#include "collectives/transports.hpp"

namespace assay::cli {

using benchmarks::AllReduceVariant;
using benchmarks::Job;
using benchmarks::SamplerOptions;
using collectives::DataType;
using collectives::ReduceOp;
using results::Record;

namespace {

constexpr Seconds default_deadline{300.0};

/// Where a bench's records go: the run folder and the file asked for, on rank 0.
class RecordSink {
 public:
  RecordSink(const BenchOptions& options, const Job& job,
             const std::vector<std::string>& command_line)
      : job_{job}, info_{describe_run(job, "bench", command_line)} {
    if (!options.common.output.empty()) writer_ = open_run(job, options.common, info_);
    if (options.json_lines.empty()) return;
    on_root(job.world, [&] {
      lines_.open(options.json_lines);
      if (!lines_) throw UsageError{fmt::format("cannot write '{}'", options.json_lines)};
    });
  }

  /// Does nothing on ranks other than 0.
  void keep(const Record& record) {
    if (job_.rank() != 0) return;
    if (record.wrong) wrong_ += *record.wrong;
    if (record.first_wrong && !first_wrong_) first_wrong_ = record.first_wrong;
    if (writer_) writer_->append(record);
    if (!lines_.is_open()) return;
    lines_ << results::to_json_line(record) << '\n' << std::flush;
    if (!lines_) throw Error{"system", 0, "the --json-lines file cannot be written (disk full?)"};
  }

  /// The code to end with; the same on all ranks.
  [[nodiscard]] ExitCode finish() {
    if (writer_) {
      info_.end = utc_timestamp();
      writer_->update(info_);
    }
    if (first_wrong_)
      fmt::print(stderr, "assay: wrong data: rank {}, offset {}: expected {}, found {}\n",
                 first_wrong_->rank, first_wrong_->offset, first_wrong_->expected,
                 first_wrong_->found);
    const auto code = wrong_ == 0 ? ExitCode::success : ExitCode::wrong_data;
    return collectives::from_rank_zero(job_.world, code);
  }

 private:
  const Job& job_;
  results::RunInfo info_;
  std::unique_ptr<results::RunWriter> writer_;
  std::ofstream lines_;
  std::uint64_t wrong_ = 0;
  std::optional<results::WrongValue> first_wrong_;
};

/// Prints on rank 0 alone.
template <class... Arguments>
void say(const Job& job, fmt::format_string<Arguments...> text, Arguments&&... arguments) {
  if (job.rank() != 0) return;
  fmt::print(text, std::forward<Arguments>(arguments)...);
  std::fflush(stdout);
}

std::vector<Bytes> sizes_of(const BenchOptions& options) {
  constexpr Bytes default_step = 1_MiB;
  if (options.min_bytes > options.max_bytes)
    throw UsageError{
        fmt::format("-b {} is above -e {}", options.min_bytes.value, options.max_bytes.value)};
  if (options.step_factor && options.step_bytes)
    throw UsageError{"-i and -f exclude each other; give one of them"};
  if (options.step_factor && options.min_bytes == 0_B)
    throw UsageError{"-f multiplies, so -b must be above 0"};
  const Bytes step = options.step_bytes.value_or(default_step);
  if (step == 0_B && options.min_bytes != options.max_bytes) throw UsageError{"-i must be above 0"};
  std::vector<Bytes> sizes;
  for (Bytes size = options.min_bytes; size <= options.max_bytes;) {
    sizes.push_back(size);
    if (options.step_factor)
      size = size * static_cast<std::uint64_t>(*options.step_factor);
    else
      size = size + std::max(step, 1_B);
  }
  for (const DataType type : options.types)
    for (const Bytes size : sizes)
      if (size.value % info(type).bytes != 0)
        throw UsageError{fmt::format("{} bytes are no multiple of {} ({} bytes)", size.value,
                                     info(type).name, info(type).bytes)};
  return sizes;
}

/// Throws if the hosts have not the memory for every rank's buffers.
void require_memory(const Job& job, Bytes each_rank) {
  together(job.world, [&] {
    const auto& me = job.identity(job.rank());
    const Bytes needed = each_rank * static_cast<std::uint64_t>(me.host_ranks);
    const Bytes available = topology::available_memory();
    if (needed > available)
      throw UsageError{
          fmt::format("{} ranks on {} need {} MiB for these sizes; {} MiB are available: lower -e",
                      me.host_ranks, me.host, needed / 1_MiB, available / 1_MiB)};
  });
}

SamplerOptions sampler_options(const BenchOptions& options) {
  SamplerOptions sampler;
  sampler.iterations = options.iterations;
  sampler.warmup = options.warmup;
  sampler.check = options.check;
  sampler.deadline = options.common.deadline.value_or(default_deadline);
  return sampler;
}

std::vector<AllReduceVariant> variants_of(const BenchOptions& options) {
  std::vector<AllReduceVariant> variants;
  if (options.implementation != "mpi") {
    for (const auto& algorithm : collectives::algorithms())
      if (options.algorithm == "all" || options.algorithm == algorithm.name ||
          options.implementation == "all")
        variants.push_back({"assay", std::string{algorithm.name}, options.common.transport});
  }
  if (options.implementation != "assay") variants.push_back({"mpi", "default", "auto"});
  return variants;
}

void print_ranks(const Job& job, const BenchOptions& options) {
  say(job,
      "# nThread 1 nGpus 1 minBytes {} maxBytes {} step: {}({}) warmup iters: {} iters: {} agg "
      "iters: 1 validation: {} graph: 0\n#\n# Using devices\n",
      options.min_bytes.value, options.max_bytes.value,
      options.step_factor ? static_cast<std::uint64_t>(*options.step_factor)
                          : options.step_bytes.value_or(1_MiB).value,
      options.step_factor ? "factor" : "bytes",
      options.warmup ? std::to_string(*options.warmup) : "auto",
      options.iterations ? std::to_string(*options.iterations) : "auto", options.check ? 1 : 0);
  for (const auto& rank : job.identities)
    say(job, "#  Rank {:2} Group  0 Pid {:6} on {:>10} device  0 [cpu] {}\n", rank.rank, rank.pid,
        rank.host, rank.processor);
  say(job, "#\n");
}

void bench_all_reduce(const BenchOptions& options, const Job& job, RecordSink& sink) {
  const auto sizes = sizes_of(options);
  const auto variants = variants_of(options);
  require_memory(job, benchmarks::all_reduce_memory(sizes.back()));
  print_ranks(job, options);
  std::vector<TableRow> rows;
  for (const AllReduceVariant& variant : variants) {
    say(job, "# implementation {} algorithm {}{}\n", variant.implementation, variant.algorithm,
        variant.implementation == "assay" ? " transport " + variant.transport : "");
    say(job, "{}", table_header());
    for (const DataType type : options.types) {
      for (const ReduceOp op : options.operations) {
        benchmarks::AllReduceBenchmark benchmark{job, variant, type, op, sizes.back()};
        for (const Bytes size : sizes) {
          TableRow row{size.value / info(type).bytes,
                       std::string{info(type).nccl_name},
                       std::string{info(op).name},
                       benchmark.measure(size, false, sampler_options(options)),
                       {}};
          sink.keep(row.out_of_place);
          row.in_place = benchmark.measure(size, true, sampler_options(options));
          sink.keep(*row.in_place);
          say(job, "{}", table_row(row, options.average));
          rows.push_back(std::move(row));
        }
      }
    }
  }
  say(job, "{}", table_footer(rows, options.average));
}

void bench_pair(const BenchOptions& options, const Job& job, RecordSink& sink) {
  if (job.size() < 2) throw UsageError{"pair needs two ranks or more; start it with mpirun -n 2"};
  benchmarks::PairOptions pair;
  pair.transport = options.common.transport;
  pair.sampler = sampler_options(options);
  const auto records = benchmarks::measure_pairs(job, benchmarks::all_pair_rounds(job), pair);
  say(job, "# {:>4} {:>4}  {:>12}  {:>10}  {:>8}  {:>6}\n", "from", "to", "size", "time", "algbw",
      "#wrong");
  say(job, "# {:>4} {:>4}  {:>12}  {:>10}  {:>8}\n", "", "", "(B)", "(us)", "(GB/s)");
  for (const Record& record : records) {
    sink.keep(record);
    say(job, "  {:>4} {:>4}  {:>12}  {:>10.2f}  {:>8.2f}  {:>6}\n", *record.from_rank,
        *record.to_rank, *record.size_bytes, *record.median_s * 1e6,
        *record.algorithm_bandwidth_bytes_per_s / 1e9, record.wrong.value_or(0));
  }
}

void bench_device(const BenchOptions& options, const Job& job, RecordSink& sink) {
  std::vector<int> everyone(static_cast<std::size_t>(job.size()));
  std::iota(everyone.begin(), everyone.end(), 0);
  benchmarks::DeviceOptions device;
  device.deadline = options.common.deadline.value_or(default_deadline);
  auto kernels =
      options.name == "matmul"
          ? benchmarks::make_matmul_kernels(benchmarks::matmul_rows,
                                            benchmarks::matmul_slowdown(job.faults, job.rank()),
                                            benchmarks::corrupts_matmul(job.faults, job.rank()))
          : benchmarks::make_memory_kernels(
                benchmarks::memory_array_bytes(job.host.last_level_cache));
  say(job, "# {:>4} {:>10} {:>8}  {:>12}  {:>10}  {:>10}  {:>6}\n", "rank", "kernel", "type",
      "size", "time", "rate", "#wrong");
  say(job, "# {:>4} {:>10} {:>8}  {:>12}  {:>10}  {:>10}\n", "", "", "", "(B)", "(us)",
      options.name == "matmul" ? "(GFLOP/s)" : "(GB/s)");
  for (const Record& record : benchmarks::measure_devices(job, kernels, everyone, device)) {
    sink.keep(record);
    const double rate =
        record.rate_flop_per_s.value_or(record.algorithm_bandwidth_bytes_per_s.value_or(0));
    say(job, "  {:>4} {:>10} {:>8}  {:>12}  {:>10.1f}  {:>10.2f}  {:>6}\n", *record.rank,
        record.algorithm.value_or(record.implementation), record.dtype.value_or(""),
        *record.size_bytes, *record.median_s * 1e6, rate / 1e9, record.wrong.value_or(0));
  }
}

}  // namespace

ExitCode run_bench(const BenchOptions& options, Job& job,
                   const std::vector<std::string>& command_line) {
  static_cast<void>(sizes_of(options));
  static_cast<void>(benchmarks::choose_transport(job, options.common.transport));
  RecordSink sink{options, job, command_line};
  for (int cycle = 0; cycle < options.cycles; ++cycle) {
    if (options.name == "all_reduce")
      bench_all_reduce(options, job, sink);
    else if (options.name == "pair")
      bench_pair(options, job, sink);
    else
      bench_device(options, job, sink);
  }
  return sink.finish();
}

ExitCode run_list() {
  fmt::print("benchmarks: all_reduce pair matmul memory\nalgorithms:\n");
  for (const auto& algorithm : collectives::algorithms())
    fmt::print("  {:<14} {}\n", algorithm.name, algorithm.description);
  fmt::print("transports:\n");
  for (const auto& backend : collectives::transports())
    fmt::print("  {:<14} {}\n", backend.name, backend.description);
  fmt::print("baselines:\n  {:<14} MPI_Allreduce as the library chooses\n", "mpi");
  fmt::print("not in this build: cuda, nccl, ucx\n");
  return ExitCode::success;
}

}  // namespace assay::cli
