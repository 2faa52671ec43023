#pragma once

#include <string>
#include <vector>

#include "results/judge.hpp"
#include "results/judge/part.hpp"

namespace assay::results {

/// A device measurement of one rank, of its processor or GPU, in the first round, and where it
/// stands among its peers.
struct DeviceCell {
  int rank = 0;
  std::string name;  ///< of the check: matmul/openblas, memory/copy
  const Record* record = nullptr;
  std::optional<Part> part;    ///< absent: no peers of the same model
  bool too_disturbed = false;  ///< in every round
};

/// "matmul/openblas", "memory/triad": what the check of a device record is called.
[[nodiscard]] std::string device_check_name(const Record& record);

/// All device cells of the run, family by family.
[[nodiscard]] std::vector<DeviceCell> device_cells(const Run& run);

/// Checks and suspects of all devices: rates against peers and profile.
void judge_devices(const Run& run, const Profile* profile, const JudgeOptions& options,
                   Verdict& verdict);

}  // namespace assay::results
