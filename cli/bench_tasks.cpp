#include "cli/bench_tasks.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>

namespace assay::cli {

using benchmarks::CollectiveTask;
using collectives::DataType;
using collectives::ReduceOp;

std::vector<Bytes> sizes_of(const BenchOptions& options) {
  if (options.min_bytes > options.max_bytes)
    throw UsageError{
        fmt::format("-b {} is above -e {}", options.min_bytes.value, options.max_bytes.value)};
  if (options.step_factor && options.step_bytes)
    throw UsageError{"-i and -f exclude each other; give one of them"};
  if (options.step_factor && options.min_bytes == 0_B)
    throw UsageError{"-f multiplies, so -b must be above 0"};
  const Bytes step = options.step_bytes.value_or(default_step);
  if (step == 0_B && options.min_bytes != options.max_bytes) throw UsageError{"-i must be above 0"};
  std::vector<Bytes> sizes;
  for (Bytes size = options.min_bytes; size <= options.max_bytes;) {
    sizes.push_back(size);
    if (options.step_factor)
      size = size * static_cast<std::uint64_t>(*options.step_factor);
    else
      size = size + std::max(step, 1_B);
  }
  for (const DataType type : options.types)
    for (const Bytes size : sizes)
      if (size.value % info(type).bytes != 0)
        throw UsageError{fmt::format("{} bytes are no multiple of {} ({} bytes)", size.value,
                                     info(type).name, info(type).bytes)};
  return sizes;
}

std::vector<CollectiveTask> tasks_of(const BenchOptions& options, int ranks) {
  const auto& operation = info(find_operation(options.name).value());
  const auto operations = operation.reduces ? options.operations : std::vector{ReduceOp::sum};
  std::vector<int> roots{options.root.value_or(0)};
  if (!operation.has_root) roots = {0};
  if (operation.has_root && !options.root) {
    roots.resize(static_cast<std::size_t>(ranks));
    std::iota(roots.begin(), roots.end(), 0);
  }
  std::vector<CollectiveTask> tasks;
  for (const DataType type : options.types)
    for (const ReduceOp op : operations)
      for (const int root : roots) tasks.push_back({operation.operation, {type, op}, root});
  return tasks;
}

}  // namespace assay::cli
