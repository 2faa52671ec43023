#include "collectives/baseline/mpi_type.hpp"

#include "collectives/reduction.hpp"

namespace assay::collectives {

namespace {

/// Null: MPI has no such type (MPI-3.1, section 3.2.2).
MPI_Datatype library_type(DataType type) {
  switch (type) {
    case DataType::int8:
      return MPI_INT8_T;
    case DataType::uint8:
      return MPI_UINT8_T;
    case DataType::int32:
      return MPI_INT32_T;
    case DataType::uint32:
      return MPI_UINT32_T;
    case DataType::int64:
      return MPI_INT64_T;
    case DataType::uint64:
      return MPI_UINT64_T;
    case DataType::float32:
      return MPI_FLOAT;
    case DataType::float64:
      return MPI_DOUBLE;
    case DataType::float16:
    case DataType::bfloat16:
    case DataType::float8_e4m3:
    case DataType::float8_e5m2:
      break;
  }
  return MPI_DATATYPE_NULL;
}

MPI_Op library_operator(ReduceOp op) {
  switch (op) {
    case ReduceOp::prod:
      return MPI_PROD;
    case ReduceOp::max:
      return MPI_MAX;
    case ReduceOp::min:
      return MPI_MIN;
    case ReduceOp::sum:
    case ReduceOp::avg:
    case ReduceOp::mulsum:
      break;
  }
  return MPI_SUM;
}

/// MPI calls a plain function with nothing of ours, so there is one for each type and operation.
template <DataType type, ReduceOp op>
void combine(void* left, void* right_and_result, int* count, MPI_Datatype* /*the only one*/) {
  find_reduction(type, op).reduce(right_and_result, left, right_and_result,
                                  static_cast<std::size_t>(*count));
}

template <DataType type>
MPI_User_function* our_function(ReduceOp op) {
  switch (op) {
    case ReduceOp::prod:
      return combine<type, ReduceOp::prod>;
    case ReduceOp::max:
      return combine<type, ReduceOp::max>;
    case ReduceOp::min:
      return combine<type, ReduceOp::min>;
    case ReduceOp::sum:
    case ReduceOp::avg:
    case ReduceOp::mulsum:
      break;
  }
  return combine<type, ReduceOp::sum>;
}

/// Null: the library knows the type.
MPI_User_function* our_function(DataType type, ReduceOp op) {
  switch (type) {
    case DataType::float16:
      return our_function<DataType::float16>(op);
    case DataType::bfloat16:
      return our_function<DataType::bfloat16>(op);
    case DataType::float8_e4m3:
      return our_function<DataType::float8_e4m3>(op);
    case DataType::float8_e5m2:
      return our_function<DataType::float8_e5m2>(op);
    default:
      return nullptr;
  }
}

native::Datatype make_type(std::size_t bytes) {
  MPI_Datatype made = MPI_DATATYPE_NULL;
  native::check_mpi(MPI_Type_contiguous(static_cast<int>(bytes), MPI_BYTE, &made));
  native::Datatype type{made};
  native::check_mpi(MPI_Type_commit(&made));
  return type;
}

native::Operator make_operator(MPI_User_function* function) {
  constexpr int commutes = 1;
  MPI_Op made = MPI_OP_NULL;
  native::check_mpi(MPI_Op_create(function, commutes, &made));
  return native::Operator{made};
}

}  // namespace

MpiType::MpiType(DataType type) : own_{library_type(type)} {
  if (own_ == MPI_DATATYPE_NULL) made_ = make_type(info(type).bytes);
}

MpiOperator::MpiOperator(DataType type, ReduceOp op) : own_{library_operator(op)} {
  if (MPI_User_function* function = our_function(type, op); function != nullptr)
    made_ = make_operator(function);
}

}  // namespace assay::collectives
