#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "collectives/operation.hpp"

namespace assay::collectives::device {

/// All-reduces by hand (direct_run.hpp), beside the algorithms that are plans.
inline constexpr std::string_view packets_algorithm = "one_shot_packets";
inline constexpr std::string_view direct_algorithm = "two_shot_direct";
/// By the switch that joins the GPUs, of what switches combine.
inline constexpr std::string_view switch_algorithm = "nvls";
[[nodiscard]] constexpr bool is_by_hand(std::string_view algorithm) {
  return algorithm == packets_algorithm || algorithm == direct_algorithm ||
         algorithm == switch_algorithm;
}
/// What `packets_algorithm` has room for.
inline constexpr std::size_t packets_most_bytes = 256 << 10;

/// Every algorithm of ours for GPUs: those of plans, and those by hand.
[[nodiscard]] std::vector<std::string> own_algorithms(Operation operation);

/// Why it cannot be had for messages of up to `largest_bytes`; empty: it can.
/// Throws  UsageError that lists the known names.
[[nodiscard]] std::string why_not_on_gpus(Operation operation, std::string_view algorithm,
                                          std::size_t largest_bytes);

}  // namespace assay::collectives::device
