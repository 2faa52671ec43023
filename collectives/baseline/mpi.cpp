#include "collectives/baseline/mpi.hpp"

#include <algorithm>
#include <array>

namespace assay::collectives {

namespace {

MPI_Datatype mpi_type(DataType type) {
  switch (type) {
    case DataType::float32:
      return MPI_FLOAT;
    case DataType::float64:
      return MPI_DOUBLE;
    case DataType::int32:
      return MPI_INT32_T;
    case DataType::int64:
      return MPI_INT64_T;
  }
  return MPI_DATATYPE_NULL;
}

MPI_Op mpi_op(ReduceOp op) {
  switch (op) {
    case ReduceOp::sum:
      return MPI_SUM;
    case ReduceOp::max:
      return MPI_MAX;
    case ReduceOp::min:
      return MPI_MIN;
  }
  return MPI_OP_NULL;
}

class MpiAllReduce final : public Collective {
 public:
  MpiAllReduce(MpiBootstrap& bootstrap, DataType type, ReduceOp op)
      : communicator_{bootstrap.communicator()},
        heartbeat_{bootstrap.heartbeat()},
        bytes_{info(type).bytes},
        type_{mpi_type(type)},
        op_{mpi_op(op)} {}

  ExecutionStatus run(const void* input, void* output, std::size_t count,
                      Deadline /*the supervisor's*/) noexcept override {
    heartbeat_.waiting_for.store(Heartbeat::everybody, std::memory_order_relaxed);
    // MPI-3 counts are ints: what is longer goes in pieces.
    for (std::size_t done = 0; done < count || done == 0; done += piece) {
      const std::size_t offset = done * bytes_;
      std::byte* result = static_cast<std::byte*>(output) + offset;
      MPI_Allreduce(input == output ? MPI_IN_PLACE : static_cast<const std::byte*>(input) + offset,
                    result, static_cast<int>(std::min(piece, count - done)), type_, op_,
                    communicator_);
    }
    heartbeat_.waiting_for.store(Heartbeat::nobody, std::memory_order_relaxed);
    return std::nullopt;
  }

 private:
  static constexpr std::size_t piece = std::size_t{1} << 30;

  MPI_Comm communicator_;
  Heartbeat& heartbeat_;
  std::size_t bytes_;
  MPI_Datatype type_;
  MPI_Op op_;
};

}  // namespace

std::unique_ptr<Collective> make_mpi_all_reduce(MpiBootstrap& bootstrap, DataType type,
                                                ReduceOp op) {
  return std::make_unique<MpiAllReduce>(bootstrap, type, op);
}

std::string mpi_library_version() {
  std::array<char, MPI_MAX_LIBRARY_VERSION_STRING> text{};
  int length = 0;
  MPI_Get_library_version(text.data(), &length);
  const std::string whole{text.data(), static_cast<std::size_t>(length)};
  return whole.substr(0, whole.find_first_of(",\n"));
}

}  // namespace assay::collectives
