#include "benchmarks/acceptance_links.hpp"

#include <fmt/format.h>

#include "core/error.hpp"
#include "core/machine.hpp"

namespace assay::benchmarks {

namespace {

constexpr int simulated_passes = 2;  ///< turns of a pair: they are all alike

}  // namespace

std::optional<LinkSearch> search_of(const Job& job, const AcceptanceLevel& level,
                                    const AcceptanceOptions& options) {
  if (!LinkSearch::applies(job)) {
    if (!options.links.nodes.empty() || options.links.fabric)
      throw UsageError{
          fmt::format("all ranks are on {}: there are no links between nodes to choose "
                      "from",
                      job.identity(0).host)};
    return std::nullopt;
  }
  LinkSearchOptions links = options.links;
  links.transport = options.transport;
  links.deadline = options.deadline;
  links.judge = options.judge;
  links.turn = level.pair_budget;
  links.passes = is_simulated() ? simulated_passes : level.link_passes;
  return std::optional<LinkSearch>{std::in_place, job, links};
}

}  // namespace assay::benchmarks
