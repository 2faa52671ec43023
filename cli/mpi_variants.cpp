#include "cli/mpi_variants.hpp"

#include <fmt/ranges.h>
#include <unistd.h>

#include <cstdlib>
#include <map>
#include <string>
#include <string_view>

#include "cli/record_sink.hpp"
#include "collectives/baseline/mpi.hpp"

namespace assay::cli {

using benchmarks::CollectiveVariant;
using benchmarks::Job;
using collectives::MpiAlgorithms;

bool forces_mpi(const BenchOptions& options) {
  if (options.implementation != "mpi") return options.implementation == "all";
  return options.algorithm != benchmarks::auto_algorithm &&
         options.algorithm != collectives::mpi_default;
}

void let_mpi_be_forced() {
  constexpr std::string_view prefix = "OMPI_MCA_coll_tuned_";
  for (char** entry = environ; *entry != nullptr; ++entry)
    if (std::string_view{*entry}.starts_with(prefix)) return;
  ::setenv(collectives::forcing_variable, "1", 0);
}

std::vector<CollectiveVariant> forced_variants(const BenchOptions& options, const Job& job,
                                               const MpiAlgorithms& algorithms) {
  const bool by_name = options.implementation == "mpi" && options.algorithm != "all";
  std::vector<CollectiveVariant> variants;
  std::map<std::string, std::vector<std::string>> left_out;  // by the reason
  for (const auto& name : by_name ? std::vector{options.algorithm} : algorithms.names()) {
    const auto why = collectives::why_not_forced(job.world, algorithms, name);
    if (why && by_name)
      throw UnavailableError{fmt::format("algorithm {} of MPI is not to be had: {}", name, *why)};
    if (why)
      left_out[*why].push_back(name);
    else
      variants.push_back({"mpi", name, "auto", false});
  }
  if (algorithms.names().empty()) left_out[*algorithms.why_none()].emplace_back("all");
  for (const auto& [why, names] : left_out)
    say(job, "# left out: algorithms of MPI: {}: {}\n", fmt::join(names, ", "), why);
  return variants;
}

}  // namespace assay::cli
