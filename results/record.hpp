#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "results/hop_trace.hpp"
#include "results/self_report.hpp"
#include "results/source.hpp"

namespace assay::results {

/// The version of everything a run writes. Readers refuse any other.
inline constexpr int schema_version = 1;

/// What a measurement is of: machines that there are, SimGrid's, or what another tool says of some.
inline constexpr const char* real_label = "real";
inline constexpr const char* simulated_label = "simulated";
inline constexpr const char* imported_label = "imported";  ///< read from another tool's log
inline constexpr const char* virtual_label = "virtual";    ///< several ranks on one GPU: no links

/// The first wrong value of a check.
struct WrongValue {
  int rank = 0;
  std::uint64_t offset = 0;  ///< in elements
  std::string expected;
  std::string found;
};

/// One rank's share in a record.
struct RankFigures {
  int rank = 0;
  std::optional<double> median_s;                     ///< of its own departure - arrival
  std::optional<double> arrival_skew_s;               ///< median of its arrival after the first
  std::optional<std::uint64_t> involuntary_switches;  ///< while it measured
  std::optional<double> run_queue_wait_s;             ///< while it measured
  std::optional<std::uint64_t> wrong;
};

/// How samples are spread, in seconds; interpolated between order statistics (quantile). Of fewer
/// than 100 samples the outermost are little more than the extremes.
struct Percentiles {
  double p1 = 0;
  double p5 = 0;
  double p50 = 0;
  double p95 = 0;
  double p99 = 0;
};

/// One measurement: all samples of one benchmark at one setting. Fields that do not apply or were
/// not measured are absent. The JSON names are the members' names (docs/interface.md).
struct Record {
  std::string benchmark;       ///< all_reduce, pair, pair_latency, pair_round_trip, matmul, ...
  std::string implementation;  ///< assay, mpi, openblas
  /// ring, tree, default; of memory: copy, scale, add, triad; of telemetry: the stage it was beside
  std::optional<std::string> algorithm;
  std::optional<std::string> transport;  ///< shared_memory, ucx, mpi, shared_memory+ucx
  std::string memory = "host";
  std::string label = real_label;  ///< or virtual, simulated, imported
  std::optional<std::string> dtype;
  std::optional<std::string> op;
  std::optional<int> root;
  std::optional<std::uint64_t> size_bytes;
  // Of matmul: rows x columns x depth; how a and b lie in memory, in BLAS' letters; processors.
  std::optional<std::string> shape;
  std::optional<std::string> layout;
  std::optional<int> threads;
  std::optional<std::string> operands;  ///< of matmul on GPUs: how its data are distributed
  std::optional<int> ranks;
  /// Where the job's ranks ran in groups side by side: which one this is of, and the job's ranks in
  /// it by their ranks there (`root` is such a one). Both absent: all ranks ran together.
  std::optional<int> group;
  std::vector<int> members;
  std::optional<bool> in_place;
  std::optional<bool> registered;
  std::optional<bool> symmetric_window;  ///< of nccl: the registered buffers are a symmetric window
  std::optional<int> graph;  ///< operations that were captured in one CUDA graph; absent: none
  std::optional<std::string> selection;  ///< auto: the algorithm is what the model chose

  std::vector<double> samples_s;
  /// As long as samples_s, or empty: 1 where a rank that took part was disturbed (involuntary
  /// context switch, run-queue wait) during that sample.
  std::vector<int> disturbed;
  /// Numbers of samples taken in each turn, in order; empty: all in one. Peers are measured turn
  /// about, so turns with the same number saw the machine in the same state.
  std::vector<int> passes;
  std::optional<double> median_s;
  std::optional<double> mean_s;  ///< of an imported record, where its source has no median
  std::optional<std::array<double, 2>> interval_s;  ///< of the median, 95 %
  std::optional<Percentiles> percentiles_s;
  std::optional<double> fast_s;     ///< what the part can do: a low percentile, undisturbed first
  std::optional<std::string> stop;  ///< why sampling ended: interval, budget, iterations
  std::optional<int> aggregated;    ///< operations that each sample is the mean of; absent: 1

  std::optional<double> algorithm_bandwidth_bytes_per_s;
  std::optional<double> bus_bandwidth_bytes_per_s;
  std::optional<double> rate_flop_per_s;  ///< of the median
  /// Of matmul on a GPU: its rate over what its multiprocessors could do at the clock they had.
  std::optional<double> share_of_peak;

  std::optional<std::uint64_t> wrong;  ///< wrong elements; absent: not checked
  std::optional<WrongValue> first_wrong;
  std::optional<double> arrival_skew_s;  ///< median of last - first arrival
  std::vector<RankFigures> per_rank;
  std::optional<HopTrace> trace;  ///< of an instrumented collective
  /// What was counted meanwhile, by name: of a pair the sender's TCP segments, of a network device
  /// (benchmark network_counters) what its kernel or card counts.
  std::map<std::string, std::uint64_t> counters;
  std::optional<std::string> digest;  ///< of a repeated product, in hexadecimal digits
  SelfReport report;                  ///< of devices: what they say of themselves

  // A pair record: one direction between two ranks.
  std::optional<std::string> from;  ///< host names
  std::optional<std::string> to;
  std::optional<int> from_rank;
  std::optional<int> to_rank;
  std::optional<std::string> rail;      ///< absent: the only one
  std::optional<int> concurrent_rails;  ///< of the same pair, busy at the same time; absent: 1

  // A device record: one rank's own device.
  std::optional<int> rank;
  std::optional<std::string> host;
  std::optional<std::string> device;  ///< "cpu", "gpu0"; of network_counters "eth0", "mlx5_0:1"
  std::optional<std::string> peer;    ///< of peer_copy: the GPU whose memory `device` works on

  /// 0 for the first measurement; k > 0 for the k-th repeat that confirms a suspicion.
  int confirmation = 0;
  std::optional<Source> source;     ///< of an imported record
  std::optional<int> window;        ///< of a soak: which one, from 0
  std::optional<std::string> time;  ///< UTC, when the measurement ended
};

/// The middle of a record's times: their median, or the mean where an imported record has no more.
[[nodiscard]] inline std::optional<double> central_s(const Record& record) {
  return record.median_s ? record.median_s : record.mean_s;
}

/// One line of records.jsonl, without the newline. Never writes NaN or infinity.
/// Throws  Error if a number that must be written is not finite.
[[nodiscard]] std::string to_json_line(const Record& record);

/// Reads one line; unknown fields are ignored.
/// Throws  UsageError that names what is wrong (not JSON, another schema, a field of a wrong type,
///         a missing required field).
[[nodiscard]] Record parse_record(const std::string& line);

}  // namespace assay::results
