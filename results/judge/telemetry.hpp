#pragma once

#include "results/judge.hpp"

namespace assay::results {

/// Adds what sensors and counters said beside the benchmarks: gpu/present (a GPU that stopped
/// answering), gpu/errors (Xids, NVLink and PCIe replays, memory errors that were counted
/// meanwhile), gpu/throttle and host/throttle. What slows a device down by heat or a power brake is
/// a fault of its own; a power cap, and a host's heat, only where something on that host was slow:
/// its suspects of layer compute get the evidence. To be called when all rates are judged.
void judge_telemetry(const Run& run, Verdict& verdict);

}  // namespace assay::results
