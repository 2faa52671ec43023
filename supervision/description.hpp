#pragma once

#include <string>
#include <vector>

#include "supervision/rank_state.hpp"

namespace assay::supervision {

// The words of a diagnosis.

/// "rank 2 (pid 71) on n1"
[[nodiscard]] std::string name(const RankState& state);
/// " during pair 2->0, step 3", or nothing where nothing was measured yet.
[[nodiscard]] std::string describe_place(const RankState& state);
/// "died: signal 9 (Killed)" or "left in the middle with code 1"; of a worker that is over.
[[nodiscard]] std::string describe_end(const RankState& state);
/// "; rank 1 and 3 more never joined the health channel", or nothing where all did: a launcher that
/// ends a job at its start may do so because of them. Rank 0's supervisor alone knows.
[[nodiscard]] std::string describe_absent(const std::vector<RankState>& ranks);
/// "n6: eth0 lost its link 3 times since the job began"
[[nodiscard]] std::string describe_links(const RankState& state);
/// The same of each host that lost one.
[[nodiscard]] std::vector<std::string> describe_lost_links(const std::vector<RankState>& ranks);
/// Who waits for whom and where, one line a rank; those who wait for `culprit` first.
[[nodiscard]] std::vector<std::string> describe_waits(const std::vector<RankState>& ranks,
                                                      int culprit);

}  // namespace assay::supervision
