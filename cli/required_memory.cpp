#include "cli/required_memory.hpp"

#include <fmt/format.h>

#include "collectives/together.hpp"
#include "core/error.hpp"
#include "topology/host.hpp"

namespace assay::cli {

void require_memory(const benchmarks::Job& job, Bytes each_rank, std::string_view what,
                    std::string_view advice) {
  collectives::together(job.world, [&] {
    const auto& me = job.identity(job.rank());
    const auto ranks = static_cast<std::uint64_t>(me.host_ranks);
    const Bytes available = topology::available_memory();
    if (each_rank.value <= available.value / ranks) return;
    constexpr double mebibyte = static_cast<double>((1_MiB).value);
    const double needed = static_cast<double>(each_rank.value) * me.host_ranks / mebibyte;
    throw UsageError{
        fmt::format("{} need{} {:.0f} MiB for {} rank{} on {}; {} MiB are available: {}", what,
                    what.ends_with('s') ? "" : "s", needed, me.host_ranks,
                    me.host_ranks == 1 ? "" : "s", me.host, available / 1_MiB, advice)};
  });
}

}  // namespace assay::cli
