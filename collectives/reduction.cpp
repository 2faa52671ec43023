#include "collectives/reduction.hpp"

#include <array>

#include "collectives/reduction/kernel_table.hpp"

namespace assay::collectives {

namespace {

static_assert(reduction::data_type_count == data_types.size());
static_assert(reduction::reduce_op_count == reduce_ops.size());

template <const reduction::KernelTable& table>
ReduceFunction function_of(DataType type, ReduceOp op) {
  return table.kernels[static_cast<std::size_t>(type)][static_cast<std::size_t>(op)];
}

#if defined(__x86_64__)
bool has_avx2() { return __builtin_cpu_supports("avx2") != 0; }
/// The extensions that CMakeLists.txt compiles for.
bool has_avx512() {
  return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
         __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl");
}
#endif

}  // namespace

std::span<const InstructionSet> instruction_sets() {
  static const std::array sets {
    InstructionSet{"baseline", true, function_of<reduction::baseline_kernels>},
#if defined(__x86_64__)
        InstructionSet{"avx2", has_avx2(), function_of<reduction::avx2_kernels>},
        InstructionSet{"avx512", has_avx512(), function_of<reduction::avx512_kernels>},
#endif
  };
  return sets;
}

ReduceFunction find_reduction(DataType type, ReduceOp op) {
  const auto sets = instruction_sets();
  const InstructionSet* best = &sets.front();
  for (const InstructionSet& set : sets)
    if (set.usable) best = &set;
  return best->function(type, op);
}

}  // namespace assay::collectives
