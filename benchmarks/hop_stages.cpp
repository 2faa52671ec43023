#include "benchmarks/hop_stages.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdint>

#include "collectives/bootstrap.hpp"
#include "results/judge/device_counts.hpp"

namespace assay::benchmarks {

namespace {

/// Collectives whose hops are traced. In a tree edges carry unequal loads: it shows less.
struct HopStage {
  const char* algorithm;
  int repetitions;
};
constexpr std::array hop_stages{HopStage{"ring", 5}, HopStage{"tree", 3}};

/// Of one collective, about: with those that do not count there are ten.
constexpr Seconds time_of_a_collective{0.5};
/// A ring sends nearly twice what it reduces over each link.
constexpr double bytes_on_a_link = 2;

}  // namespace

Bytes size_of_hops(const HopOptions& options, double link_rate, int ranks) {
  const auto in_time =
      static_cast<std::uint64_t>(link_rate * time_of_a_collective.value / bytes_on_a_link);
  const std::uint64_t whole_messages = options.block.value *
                                       static_cast<std::uint64_t>(options.lanes) *
                                       static_cast<std::uint64_t>(ranks);
  return Bytes{std::min(std::max(in_time, whole_messages), options.size.value)};
}

std::string reason_for_no_hops(const Job& job, const results::Run* run) {
  const auto lost =
      collectives::first_text(job.world, run == nullptr ? "" : results::lost_carrier(*run));
  return lost ? *lost + "; a trace would show no more" : "";
}

void trace_hop_stages(const Job& job, const HopOptions& options, Recording& recording) {
  for (const HopStage& stage : hop_stages) {
    recording.progress().stage(fmt::format("hops of a {}", stage.algorithm), {});
    HopOptions hops = options;
    hops.algorithm = stage.algorithm;
    hops.repetitions = stage.repetitions;
    recording.keep({measure_hops(job, hops)});
  }
}

}  // namespace assay::benchmarks
