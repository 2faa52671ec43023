#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace assay::topology {

/// Hosts of a Slurm hostlist expression: names with commas between, and numbers or spans of them in
/// brackets, as in rack[1-2]-n[01-04,7],login. Leading zeros count: 01-10 is 01, 02, ... 10.
/// Throws  UsageError for what is no such expression, or more than `hosts_at_most` hosts.
[[nodiscard]] std::vector<std::string> expand_hostlist(std::string_view text);

inline constexpr std::size_t hosts_at_most = 1'000'000;

}  // namespace assay::topology
