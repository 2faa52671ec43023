#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "benchmarks/job.hpp"
#include "collectives/collective.hpp"
#include "collectives/operation.hpp"
#include "core/units.hpp"
#include "results/record.hpp"

namespace assay::benchmarks {

/// A collective whose hops are to be seen.
struct HopOptions {
  collectives::Operation operation = collectives::Operation::all_reduce;
  collectives::Elements elements;
  int root = 0;
  std::string algorithm = "ring";  ///< one that sends messages
  std::string transport = "auto";
  Bytes size = 16_MiB;
  /// The longest message: over a link of 25 MB/s it is on its way for 10 ms, which is long against
  /// the milliseconds for which ranks that share a processor wait for it.
  Bytes block = 256_KiB;
  /// So many messages for each rank are under way at a time: with one, no link is in use while its
  /// message is summed and the next one's transfer is agreed on.
  int lanes = 4;
  int repetitions = 7;
  Seconds deadline{300.0};  ///< of one repetition
};

/// The algorithms whose hops can be seen: those that are plans of messages.
[[nodiscard]] std::vector<std::string> algorithms_with_hops(collectives::Operation operation);
[[nodiscard]] bool has_hops(collectives::Operation operation, std::string_view algorithm);

/// Runs the collective on all ranks of the job, instrumented, `repetitions` times after one that
/// does not count, and checks its results. The record has `trace`, and as instrumented runs are a
/// little slower than others, no bandwidths. Collective; the record is the same on all ranks.
/// Throws  UsageError if there is no such algorithm or transport; Error with ExitCode::deadline
/// when
///         a peer does not answer.
[[nodiscard]] results::Record measure_hops(const Job& job, const HopOptions& options);

}  // namespace assay::benchmarks
