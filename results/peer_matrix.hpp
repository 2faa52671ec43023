#pragma once

#include <string>
#include <vector>

#include "results/record.hpp"

namespace assay::results {

/// Records of peer_copy as matrices, one for each host and way: GPUs in rows work on the memory of
/// those in columns, N/A where that was not measured; GB/s, and of latency ns. Below them a line
/// for each pair without access says why. Lines that hold no figures begin with #.
[[nodiscard]] std::string peer_matrices(const std::vector<Record>& records);

}  // namespace assay::results
