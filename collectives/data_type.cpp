#include "collectives/data_type.hpp"

#include <fmt/format.h>

#include <string>

#include "core/error.hpp"

namespace assay::collectives {

namespace {

template <class Table>
std::string known_names(const Table& table) {
  std::string names;
  for (const auto& entry : table) {
    if (!names.empty()) names += ", ";
    names += entry.name;
  }
  return names;
}

}  // namespace

DataType parse_data_type(std::string_view name) {
  for (const auto& entry : data_types)
    if (name == entry.name || name == entry.nccl_name) return entry.type;
  throw UsageError{fmt::format("unknown type '{}'; known: {}", name, known_names(data_types))};
}

ReduceOp parse_reduce_op(std::string_view name) {
  for (const auto& entry : reduce_ops)
    if (name == entry.name) return entry.op;
  throw UsageError{fmt::format("unknown operation '{}'; known: {}", name, known_names(reduce_ops))};
}

}  // namespace assay::collectives
