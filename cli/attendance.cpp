#include "cli/attendance.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cstdio>
#include <span>

#include "core/clock.hpp"
#include "core/machine.hpp"

namespace assay::cli {

namespace {

/// "rank 3", "ranks 3, 7 and 12 others".
std::string name_ranks(std::span<const int> ranks) {
  constexpr std::size_t named = 8;
  const std::size_t count = std::min(ranks.size(), named);
  std::string text = fmt::format("{} {}", ranks.size() == 1 ? "rank" : "ranks",
                                 fmt::join(ranks.first(count), ", "));
  if (ranks.size() > count) text += fmt::format(" and {} others", ranks.size() - count);
  return text;
}

}  // namespace

std::optional<ExitCode> check_attendance(const collectives::Roll& roll, Seconds patience) {
  if (roll.is_complete()) return std::nullopt;
  if (!roll.hears_rank_0) {
    fmt::print(stderr,
               "assay: rank {} on {} hears nothing of rank 0 within {:g} s: no network that MPI "
               "uses leads from {} to its host, or rank 0 hangs\n",
               roll.rank, host_name(), patience.value, host_name());
    std::fflush(stderr);
    // The first rank to leave ends the job: rank 0 has yet to say who else is missing.
    sleep_for(patience);
  } else if (roll.rank == 0) {
    fmt::print(stderr,
               "assay: {} did not answer rank 0 on {}: the network of the host, as MPI uses it, is "
               "down or cut off (a line of that rank names the host), or the process hangs; "
               "leave the host out, or see to its network\n",
               name_ranks(roll.absent), host_name());
    std::fflush(stderr);
  }
  return ExitCode::deadline;
}

}  // namespace assay::cli
