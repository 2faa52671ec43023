#include <fmt/format.h>

#include <algorithm>

#include "cli/suite.hpp"
#include "cli/verbs.hpp"
#include "topology/hostlist.hpp"

namespace assay::cli {

namespace {

/// An option that was not given is empty, which is no hostlist.
std::vector<std::string> hosts_in(const std::string& option) {
  return option.empty() ? std::vector<std::string>{} : topology::expand_hostlist(option);
}

/// The hosts of the job that the user wants, in the job's order; all, where he names none.
std::vector<std::string> chosen_nodes(const LocateOptions& options, const benchmarks::Job& job) {
  std::vector<std::string> nodes = hosts_in(options.nodes);
  const auto excluded = hosts_in(options.exclude);
  if (excluded.empty()) return nodes;
  const bool all = nodes.empty();
  if (all)
    for (const auto& identity : job.identities)
      if (std::ranges::find(nodes, identity.host) == nodes.end()) nodes.push_back(identity.host);
  for (const std::string& name : excluded) {
    const auto found = std::ranges::find(nodes, name);
    if (found == nodes.end())
      throw UsageError{fmt::format("--exclude names '{}', which is not {}", name,
                                   all ? "among this job's nodes" : "among the nodes of --nodes")};
    nodes.erase(found);
  }
  return nodes;
}

}  // namespace

ExitCode run_locate(const LocateOptions& options, benchmarks::Job& job,
                    const std::vector<std::string>& command_line) {
  if (job.size() < 2)
    throw UsageError{"links are measured between two ranks or more; start it with mpirun or srun"};
  SuiteRequest request{"locate", options.level, options.profile, options.common, {}};
  request.acceptance.links_only = true;
  benchmarks::LinkSearchOptions& links = request.acceptance.links;
  links.nodes = chosen_nodes(options, job);
  links.fabric = shared_fabric(options.topology, job);
  links.every_pair = options.every_pair;
  links.size = options.size;
  links.same_ranks = true;
  return run_suite(request, job, command_line);
}

}  // namespace assay::cli
