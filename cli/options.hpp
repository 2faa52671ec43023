#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "benchmarks/faults.hpp"
#include "benchmarks/matmul/shape.hpp"
#include "cli/split.hpp"
#include "collectives/data_type.hpp"
#include "collectives/operation.hpp"
#include "core/error.hpp"
#include "core/units.hpp"

namespace assay::cli {

/// Options that every measuring verb has.
struct CommonOptions {
  std::string output;  ///< run folder; empty: accept makes one, bench none
  bool redact = false;
  bool quiet = false;
  std::string transport = "auto";
  std::vector<std::string> rails;   ///< network devices for ucx; none: it chooses
  std::optional<Seconds> deadline;  ///< of one operation
  std::vector<benchmarks::Fault> faults;
};

struct AcceptOptions {
  CommonOptions common;
  std::string level = "quick";
  std::string profile = "auto";
  std::string topology;             ///< file that says which nodes share a switch; empty: guess it
  std::optional<Seconds> duration;  ///< of a soak
};

struct LocateOptions {
  CommonOptions common;
  std::string level = "quick";
  std::string profile = "auto";
  std::string topology;  ///< as above
  std::string nodes;     ///< hostlist of those that take part; empty: all
  std::string exclude;   ///< and of those that do not
  bool every_pair = false;
  bool hops = true;           ///< trace those of a ring and a tree
  std::optional<Bytes> size;  ///< of a message
};

/// From one size to the next where neither -i nor -f is given; as in nccl-tests.
inline constexpr Bytes default_step{1U << 20};

struct BenchOptions {
  CommonOptions common;
  std::string name;
  Bytes min_bytes{32U << 20};  ///< nccl-tests' defaults
  Bytes max_bytes{32U << 20};
  std::optional<Bytes> step_bytes;
  std::optional<double> step_factor;
  std::optional<int> iterations;
  std::optional<int> warmup;
  int cycles = 1;  ///< 0: until interrupted
  int aggregated = 1;
  std::optional<int> checks;  ///< absent: every sample
  std::string average;  ///< empty: last departure - last arrival; else 0 to 3 as in nccl-tests
  std::vector<collectives::DataType> types{collectives::DataType::float32};
  bool tf32 = false;  ///< asked for instead of a type that collectives know
  std::vector<collectives::ReduceOp> operations{collectives::ReduceOp::sum};
  std::optional<int> root = 0;     ///< absent: every rank in turn
  std::string algorithm = "auto";  ///< or all
  bool model = false;              ///< show what auto goes by
  bool trace = false;              ///< show what happens on each hop
  bool registered = false;
  bool window = false;               ///< registered as NCCL's symmetric windows
  std::string memory = "host";       ///< or device
  int gpus = 1;                      ///< that each process drives
  std::optional<int> virtual_ranks;  ///< all on one GPU
  int graph = 0;                     ///< operations captured in a CUDA graph; 0: none
  bool staged = false;               ///< buffers on GPUs, moved by the hosts
  std::string implementation = "assay";
  std::optional<Split> split;  ///< of the environment; absent: all ranks run together
  std::vector<benchmarks::MatmulShape> shapes;     ///< of matmul; empty: the default one
  bool all_shapes = false;                         ///< those of the built-in set instead
  std::optional<benchmarks::MatmulLayout> layout;  ///< absent: nn on the host, nt on GPUs
  bool all_cores = false;
  std::string json_lines;
  std::string json;  ///< file in nccl-tests' shape; empty: none
};

struct JudgeOptions {
  std::string run;
  std::string profile = "auto";
};

struct PlanOptions {
  std::string algorithm;
  collectives::Operation operation = collectives::Operation::all_reduce;
  int root = 0;
  int ranks = 0;
  std::optional<int> ranks_per_node;  ///< absent: all on one
  int lanes = 1;
  int slots = 4;
  bool json = false;
  Bytes size{1U << 20};
  Bytes block{64U << 10};
  Seconds latency{1e-6};
  double bandwidth_gigabytes = 10.0;
  double reduction_gigabytes = 20.0;
};

struct ListOptions {};

/// What a verb of file_verbs.hpp does, its options read.
using FileWork = std::function<ExitCode()>;

using Command = std::variant<AcceptOptions, BenchOptions, LocateOptions, JudgeOptions, PlanOptions,
                             ListOptions, FileWork>;

/// What a measuring verb shares with the others; null for those that look at files only.
[[nodiscard]] const CommonOptions* common_of(const Command& command);

/// A command line that asks for no work: help, version, or a mistake.
struct Answer {
  ExitCode code = ExitCode::success;
  std::string text;
};

/// The collective that a benchmark's name means; none for pair, matmul and memory.
[[nodiscard]] std::optional<collectives::Operation> find_operation(std::string_view benchmark);

/// Of this build, as `bench` knows them.
[[nodiscard]] std::vector<std::string> benchmark_names();

/// Reads a command line. `arguments` without the program's name; `program` is its base name, as a
/// link such as all_reduce_perf means that benchmark; `split_setting` as in read_split_setting.
[[nodiscard]] std::variant<Command, Answer> parse_command(const std::string& program,
                                                          std::vector<std::string> arguments,
                                                          const std::string& split_setting);

}  // namespace assay::cli
