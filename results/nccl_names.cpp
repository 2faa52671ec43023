#include "results/nccl_names.hpp"

#include <algorithm>
#include <array>

namespace assay::results {

namespace {

constexpr std::array types{
    NcclType{"int8", "int8", 1},          NcclType{"uint8", "uint8", 1},
    NcclType{"int32", "int32", 4},        NcclType{"uint32", "uint32", 4},
    NcclType{"int64", "int64", 8},        NcclType{"uint64", "uint64", 8},
    NcclType{"float16", "half", 2},       NcclType{"float32", "float", 4},
    NcclType{"float64", "double", 8},     NcclType{"bfloat16", "bfloat16", 2},
    NcclType{"float8_e4m3", "f8e4m3", 1}, NcclType{"float8_e5m2", "f8e5m2", 1},
};

using Factor = NcclCollective::BusFactor;
constexpr std::array collectives{
    NcclCollective{"all_reduce", "all_reduce", false, true, Factor::twice},
    NcclCollective{"reduce_scatter", "reduce_scatter", true, true, Factor::once},
    NcclCollective{"all_gather", "all_gather", true, false, Factor::once},
    NcclCollective{"broadcast", "broadcast", false, false, Factor::one},
    NcclCollective{"reduce", "reduce", false, true, Factor::one},
    NcclCollective{"gather", "gather", true, false, Factor::once},
    NcclCollective{"scatter", "scatter", true, false, Factor::once},
    NcclCollective{"all_to_all", "alltoall", true, false, Factor::once},
    NcclCollective{"all_to_all_v", "alltoallv", true, false, Factor::once},
    NcclCollective{"send_recv", "sendrecv", false, false, Factor::one},
};

template <class Table, class Member>
auto find(const Table& table, Member member, std::string_view name)
    -> std::optional<typename Table::value_type> {
  const auto found = std::ranges::find(table, name, member);
  if (found == table.end()) return std::nullopt;
  return *found;
}

}  // namespace

std::optional<NcclType> find_dtype(std::string_view dtype) {
  return find(types, &NcclType::dtype, dtype);
}
std::optional<NcclType> find_nccl_type(std::string_view nccl) {
  return find(types, &NcclType::nccl, nccl);
}
std::optional<NcclCollective> find_collective(std::string_view benchmark) {
  return find(collectives, &NcclCollective::benchmark, benchmark);
}
std::optional<NcclCollective> find_nccl_program(std::string_view program) {
  return find(collectives, &NcclCollective::program, program);
}

double bus_factor(const NcclCollective& collective, int ranks) {
  const double share = static_cast<double>(ranks - 1) / ranks;
  switch (collective.bus_factor) {
    case Factor::twice:
      return 2 * share;
    case Factor::once:
      return share;
    case Factor::one:
      return 1;
  }
  return 1;
}

}  // namespace assay::results
