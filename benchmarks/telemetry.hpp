#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "benchmarks/job.hpp"
#include "results/record.hpp"

namespace assay::benchmarks {

/// Reads the sensors of processors and GPUs beside benchmarks: on the first rank of each host, for
/// the whole host, in a thread of its own that sleeps nearly all the time. All members are to be
/// called on all ranks.
class Telemetry {
 public:
  /// Simulated hosts have no sensors.
  explicit Telemetry(const Job& job);
  ~Telemetry();
  Telemetry(const Telemetry&) = delete;
  Telemetry& operator=(const Telemetry&) = delete;

  /// Collective: what the devices of all hosts say of themselves, one record (benchmark inventory)
  /// for each GPU and one for each host, and those of its links (benchmark host_link), on rank 0;
  /// none elsewhere. The host's says why there is nothing of GPUs (`without_gpus`), or which calls
  /// its library lacks (`lacks`).
  [[nodiscard]] std::vector<results::Record> inventory() const;

  /// A benchmark begins.
  void begin();
  /// Collective: it is over. One record (benchmark telemetry) for each device that has sensors or
  /// counters, on rank 0; none elsewhere. `stage` says what was measured; `window` is that of a
  /// soak.
  [[nodiscard]] std::vector<results::Record> end(const std::string& stage,
                                                 std::optional<int> window = std::nullopt);

 private:
  class Watch;

  const Job& job_;
  std::string why_no_gpus_;
  std::unique_ptr<Watch> watch_;  ///< on ranks that speak for their host
};

}  // namespace assay::benchmarks
