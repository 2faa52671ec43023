#include "collectives/baseline/nccl_algorithms.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>

#include "core/named.hpp"

namespace assay::collectives {

namespace {

struct Way {
  std::string_view name;
  std::string_view algorithm;
  std::string_view protocol;
  std::vector<Operation> operations;
};

const std::array<Way, 10>& ways() {
  using enum Operation;
  static const std::vector<Operation> all{all_reduce, reduce_scatter, all_gather, broadcast,
                                          reduce};
  static const std::vector<Operation> blocks{reduce_scatter, all_gather};
  static const std::array<Way, 10> table{
      Way{"ring/ll", "Ring", "LL", all},
      Way{"ring/ll128", "Ring", "LL128", all},
      Way{"ring/simple", "Ring", "Simple", all},
      Way{"tree/ll", "Tree", "LL", {all_reduce}},
      Way{"tree/ll128", "Tree", "LL128", {all_reduce}},
      Way{"tree/simple", "Tree", "Simple", {all_reduce}},
      Way{"nvls/simple", "NVLS", "Simple", {all_reduce, reduce_scatter, all_gather}},
      Way{"nvls_tree/simple", "NVLSTree", "Simple", {all_reduce}},
      Way{"collnet_direct/simple", "CollnetDirect", "Simple", {all_reduce}},
      Way{"pat/simple", "PAT", "Simple", blocks}};
  return table;
}

bool serves(const Way& way, Operation operation) {
  return std::ranges::find(way.operations, operation) != way.operations.end();
}

}  // namespace

std::vector<std::string> nccl_algorithms(Operation operation) {
  std::vector<std::string> names{std::string{nccl_default}};
  for (const Way& way : ways())
    if (serves(way, operation)) names.emplace_back(way.name);
  return names;
}

NcclForcing find_nccl_forcing(Operation operation, std::string_view name) {
  if (name == nccl_default) return {};
  for (const Way& way : ways())
    if (way.name == name && serves(way, operation))
      return {std::string{way.algorithm}, std::string{way.protocol}};
  refuse_name(name, fmt::format("algorithm of NCCL for {}", info(operation).name),
              fmt::format("{}", fmt::join(nccl_algorithms(operation), ", ")));
}

}  // namespace assay::collectives
