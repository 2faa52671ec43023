#include "collectives/device/own_algorithms.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "collectives/algorithm.hpp"
#include "core/named.hpp"

namespace assay::collectives::device {

std::vector<std::string> own_algorithms(Operation operation) {
  std::vector<std::string> names;
  for (const Algorithm& algorithm : algorithms(operation))
    if (algorithm.why_not == nullptr) names.emplace_back(algorithm.name);  // none that needs nodes
  if (operation == Operation::all_reduce)
    names.insert(names.end(), {std::string{packets_algorithm}, std::string{direct_algorithm},
                               std::string{switch_algorithm}});
  return names;
}

std::string why_not_on_gpus(Operation operation, std::string_view algorithm,
                            std::size_t largest_bytes) {
  const auto names = own_algorithms(operation);
  if (std::ranges::find(names, algorithm) == names.end())
    refuse_name(algorithm, fmt::format("algorithm of {} on GPUs", info(operation).name),
                fmt::format("{}", fmt::join(names, ", ")));
  if (algorithm == packets_algorithm && largest_bytes > packets_most_bytes)
    return fmt::format("algorithm {} takes messages of up to {} KiB; lower -e", algorithm,
                       packets_most_bytes >> 10);
  return "";
}

}  // namespace assay::collectives::device
