#include "cli/link_watch.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <vector>

#include "results/judge/device_counts.hpp"

namespace assay::cli {

std::string LinkWatch::lost_links() const {
  const auto links = topology::read_link_changes();
  const bool has_changed = std::ranges::any_of(links, [&](const auto& link) {
    const auto before = before_.find(link.first);
    if (before == before_.end()) return false;
    const auto grown = topology::growth(before->second, link.second);
    return std::ranges::any_of(grown, [](const auto& counter) { return counter.second > 0; });
  });
  if (!has_changed) return "";
  const auto records =
      benchmarks::counter_records(before_, topology::read_device_counters(), "this host");
  std::vector<std::string> lost;
  for (const results::DeviceCounts& counts : results::count_devices(records))
    if (counts.lost_its_link()) lost.push_back(counts.told_of_link());
  return fmt::format("{}", fmt::join(lost, ", "));
}

}  // namespace assay::cli
