#include "cli/suite.hpp"
#include "cli/verbs.hpp"

namespace assay::cli {

ExitCode run_accept(const AcceptOptions& options, benchmarks::Job& job,
                    const std::vector<std::string>& command_line) {
  SuiteRequest request{"accept", options.level, options.profile, options.common, {}};
  if (options.duration) request.acceptance.soak = *options.duration;
  request.acceptance.links.fabric = shared_fabric(options.topology, job);
  return run_suite(request, job, command_line);
}

}  // namespace assay::cli
