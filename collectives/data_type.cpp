#include "collectives/data_type.hpp"

#include "core/named.hpp"

namespace assay::collectives {

DataType parse_data_type(std::string_view name) {
  for (const auto& entry : data_types)
    if (name == entry.nccl_name) return entry.type;
  return find_named(data_types, name, "type").type;
}

ReduceOp parse_reduce_op(std::string_view name) {
  return find_named(reduce_ops, name, "operation").op;
}

}  // namespace assay::collectives
