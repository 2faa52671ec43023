#include "benchmarks/hop_stages.hpp"

#include <fmt/format.h>

#include <array>

namespace assay::benchmarks {

namespace {

/// Collectives whose hops are traced. In a tree edges carry unequal loads: it shows less.
struct HopStage {
  const char* algorithm;
  int repetitions;
};
constexpr std::array hop_stages{HopStage{"ring", 5}, HopStage{"tree", 3}};

}  // namespace

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
