#include "cli/bench_gpu_matmul.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <map>
#include <set>

#include "benchmarks/gpu_matmul/benchmark.hpp"
#include "benchmarks/gpu_sensors.hpp"
#include "cli/bench_collective.hpp"
#include "cli/bench_gpu.hpp"
#include "cli/required_memory.hpp"
#include "collectives/together.hpp"
#include "core/error.hpp"

namespace assay::cli {

using benchmarks::Job;
using benchmarks::MatmulLayout;
using benchmarks::MatmulShape;
using benchmarks::gpu_matmul::OperandType;
using results::Record;

namespace {

/// Half a millisecond of a sound GPU.
constexpr MatmulShape default_gpu_shape{4096, 4096, 4096};

std::vector<MatmulShape> shapes_of(const BenchOptions& options) {
  if (options.all_shapes) return {benchmarks::gpu_shapes.begin(), benchmarks::gpu_shapes.end()};
  return options.shapes.empty() ? std::vector{default_gpu_shape} : options.shapes;
}
MatmulLayout layout_of(const BenchOptions& options) {
  return options.layout.value_or(MatmulLayout{false, true});
}
bool wants_every_type(const BenchOptions& options) {
  return options.types.size() == collectives::data_types.size();
}

std::vector<OperandType> types_of(const BenchOptions& options) {
  namespace matmul = benchmarks::gpu_matmul;
  if (options.tf32) return {OperandType::tf32};
  std::vector<OperandType> types;
  if (wants_every_type(options)) {
    for (const auto& entry : matmul::operand_types) types.push_back(entry.type);
    return types;
  }
  for (const auto type : options.types)
    types.push_back(matmul::parse_operand_type(collectives::info(type).name));
  return types;
}

void print_head(const Job& job) {
  say(job, "# {:>4} {:>6} {:>17} {:>12}  {:>16} {:>6}  {:>10}  {:>10}  {:>8}  {:>6}\n", "rank",
      "device", "kernel", "type", "shape", "layout", "time", "rate", "of peak", "#wrong");
  say(job, "# {:>4} {:>6} {:>17} {:>12}  {:>16} {:>6}  {:>10}  {:>10}  {:>8}\n", "", "", "", "", "",
      "", "(us)", "(TFLOP/s)", "(%)");
}

std::string kernel_of(const Record& record) {
  return record.implementation == "assay" ? record.algorithm.value_or("") : record.implementation;
}

void print_row(const Job& job, const Record& record) {
  const auto share = record.share_of_peak;
  say(job, "  {:>4} {:>6} {:>17} {:>12}  {:>16} {:>6}  {:>10.1f}  {:>10.2f}  {:>8}  {:>6}\n",
      *record.rank, *record.device, kernel_of(record), *record.dtype, *record.shape, *record.layout,
      *record.median_s * 1e6, *record.rate_flop_per_s / 1e12,
      share ? fmt::format("{:.1f}", *share * 100) : "N/A", record.wrong.value_or(0));
}

/// Where several shapes were measured: the quickest of each kernel and type, over all ranks.
void print_best(const Job& job, const std::vector<Record>& records) {
  std::map<std::string, const Record*> best;
  for (const Record& record : records) {
    const Record*& quickest = best[fmt::format("{} {}", kernel_of(record), *record.dtype)];
    if (quickest == nullptr || *record.rate_flop_per_s > *quickest->rate_flop_per_s)
      quickest = &record;
  }
  for (const auto& [kernel, record] : best)
    say(job, "# best of {}: {:.2f} TFLOP/s at {} on rank {}\n", kernel,
        *record->rate_flop_per_s / 1e12, *record->shape, *record->rank);
}

}  // namespace

void check_gpu_matmul_words(const BenchOptions& options) {
  if (options.name == "matmul" && wants_gpus(options)) return;
  if (options.tf32) throw UsageError{"-d tf32 is for matmul with --memory device"};
  if (options.implementation == benchmarks::gpu_matmul::cublaslt_name)
    throw UsageError{"--implementation cublaslt is for matmul with --memory device"};
}

void check_gpu_matmul(const BenchOptions& options) {
  namespace matmul = benchmarks::gpu_matmul;
  const auto refuse = [](bool given, std::string_view what, std::string_view why) {
    if (given) throw UsageError{fmt::format("{} is not for matmul: {}; leave it out", what, why)};
  };
  refuse(options.virtual_ranks.has_value(), "--virtual-ranks", "one GPU has one");
  refuse(options.gpus > 1, "-g", "each process measures one GPU");
  refuse(options.staged, "--staged", "nothing goes between GPUs");
  refuse(options.graph > 0, "-G", "each kernel is timed by itself");
  refuse(options.all_cores, "--all-cores with --memory device", "it is the host's");
  if (options.implementation == "nccl")
    throw UsageError{"NCCL has no matmul; the baseline is --implementation cublaslt"};
  const auto types = types_of(options);
  const bool by_name = options.algorithm != "auto" && options.algorithm != "all";
  if (!by_name) return;
  if (options.implementation == matmul::cublaslt_name)
    throw UsageError{
        "--algorithm names kernels of ours; leave it or --implementation cublaslt out"};
  const matmul::Rung& rung = matmul::find_rung(options.algorithm);
  if (wants_every_type(options)) return;
  for (const OperandType type : types)
    if (const auto why = matmul::why_not(rung, type); !why.empty()) throw UsageError{why};
}

void check_gpu_matmul_memory(const BenchOptions& options, const Job& job) {
  for (const OperandType type : types_of(options))
    for (const MatmulShape& shape : shapes_of(options))
      require_memory(job, benchmarks::gpu_matmul_host_bytes(type, shape),
                     fmt::format("a matmul of {} on a GPU", name_of(shape)),
                     "ask for a smaller --shape");
}

void bench_gpu_matmul(const BenchOptions& options, const Job& job,
                      const collectives::device::Placement& placement, RecordSink& sink) {
  benchmarks::GpuMatmulOptions matmul;
  matmul.wanted = {options.implementation, options.algorithm};
  matmul.layout = layout_of(options);
  matmul.iterations = options.iterations;
  matmul.deadline = options.common.deadline.value_or(default_deadline);
  std::vector<Record> all;
  std::set<std::string> left_out;
  std::map<std::string, std::set<std::string>> no_share;  // by why: devices
  for (const OperandType type : types_of(options))
    for (const MatmulShape& shape : shapes_of(options)) {
      matmul.type = type;
      matmul.shape = shape;
      say(job, "# operands of {}: {}\n", info(type).name,
          benchmarks::operand_distribution(type, shape));
      print_head(job);
      std::vector<std::string> why_not;
      auto records = sink.watched("matmul", [&] {
        auto result = benchmarks::measure_gpu_matmul(job, placement, matmul);
        why_not = std::move(result.left_out);
        return std::move(result.records);
      });
      for (const std::string& why : why_not)
        if (left_out.insert(why).second) say(job, "# left out: {}\n", why);
      for (Record& record : records) {
        sink.keep(record);
        print_row(job, record);
        if (const auto why = benchmarks::why_no_share_of_peak(record); !why.empty())
          no_share[why].insert(*record.device);
        all.push_back(std::move(record));
      }
    }
  collectives::on_root(job.world, [&] {
    if (all.empty())
      throw UnavailableError{left_out.empty() ? "no matmul was measured" : *left_out.begin()};
  });
  for (const auto& [why, devices] : no_share)
    say(job, "# of peak: N/A on {}: {}\n", fmt::join(devices, ", "), why);
  if (shapes_of(options).size() > 1) print_best(job, all);
}

}  // namespace assay::cli
