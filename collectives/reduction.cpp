#include "collectives/reduction.hpp"

#include <array>
#include <utility>

#include "collectives/reduction/kernel_table.hpp"

namespace assay::collectives {

namespace {

using reduction::kernel_op_count;
using reduction::KernelTable;

static_assert(reduction::data_type_count == data_types.size());

/// avg and mulsum reduce as sum does.
constexpr std::size_t kernel_of(ReduceOp op) {
  const auto index = static_cast<std::size_t>(op);
  return index < kernel_op_count ? index : 0;
}
static_assert(kernel_of(ReduceOp::min) == kernel_op_count - 1);
static_assert(kernel_of(ReduceOp::avg) == kernel_of(ReduceOp::sum));
static_assert(kernel_of(ReduceOp::mulsum) == kernel_of(ReduceOp::sum));

/// Spans stop here: the kernels' units must not share functions with others, not even a span's.
template <const KernelTable& table, std::size_t type, std::size_t op>
void reduce_many(std::span<void* const> results, std::span<const void* const> sources,
                 std::size_t count, Stores stores) noexcept {
  table.by_type[type].by_op[op].reduce_many(results.data(), results.size(), sources.data(),
                                            sources.size(), count, stores == Stores::streaming);
}

template <const KernelTable& table, std::size_t type, std::size_t... ops>
std::array<Reduction, kernel_op_count> reductions_of_type(std::index_sequence<ops...>) {
  const auto& kernels = table.by_type[type].by_op;
  return {Reduction{kernels[ops].reduce, reduce_many<table, type, ops>, kernels[ops].multiply,
                    kernels[ops].divide}...};
}

template <const KernelTable& table, std::size_t... types>
auto all_reductions(std::index_sequence<types...>) {
  return std::array{
      reductions_of_type<table, types>(std::make_index_sequence<kernel_op_count>{})...};
}

template <const KernelTable& table>
const Reduction& reduction_of(DataType type, ReduceOp op) {
  static const auto all = all_reductions<table>(std::make_index_sequence<data_types.size()>{});
  return all[static_cast<std::size_t>(type)][kernel_of(op)];
}

template <const KernelTable& table>
InstructionSet make_set(std::string_view name, bool usable) {
  return {name, usable, reduction_of<table>, table.copy_streaming};
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
    make_set<reduction::baseline_kernels>("baseline", true),
#if defined(__x86_64__)
        make_set<reduction::avx2_kernels>("avx2", has_avx2()),
        make_set<reduction::avx512_kernels>("avx512", has_avx512()),
#endif
  };
  return sets;
}

const InstructionSet& best_instruction_set() {
  const auto sets = instruction_sets();
  const InstructionSet* best = &sets.front();
  for (const InstructionSet& set : sets)
    if (set.usable) best = &set;
  return *best;
}

const Reduction& find_reduction(DataType type, ReduceOp op) {
  return best_instruction_set().reduction(type, op);
}

}  // namespace assay::collectives
