#pragma once

#include <mpi.h>

#include <array>
#include <source_location>
#include <string>

#include "core/error.hpp"
#include "core/handle.hpp"

namespace assay::native {

/// What the library says of a status.
inline std::string mpi_error_text(int status) {
  std::array<char, MPI_MAX_ERROR_STRING> text{};
  int length = 0;
  MPI_Error_string(status, text.data(), &length);
  return {text.data(), static_cast<std::size_t>(length)};
}

/// Throws Error{"MPI", ...} unless `status` is MPI_SUCCESS.
inline void check_mpi(int status, std::source_location where = std::source_location::current()) {
  if (status != MPI_SUCCESS) throw Error{"MPI", status, mpi_error_text(status), where};
}

struct InfoTraits {
  using Native = MPI_Info;
  static Native null() noexcept { return MPI_INFO_NULL; }
  static void destroy(Native native) noexcept { MPI_Info_free(&native); }
};
/// Owns an info of MPI_Info_create.
using Info = Handle<InfoTraits>;

struct CommunicatorTraits {
  using Native = MPI_Comm;
  static Native null() noexcept { return MPI_COMM_NULL; }
  static void destroy(Native native) noexcept { MPI_Comm_free(&native); }
};
/// Owns a communicator (of MPI_Comm_dup or MPI_Comm_split); borrow it as MPI_Comm.
using Communicator = Handle<CommunicatorTraits>;

struct DatatypeTraits {
  using Native = MPI_Datatype;
  static Native null() noexcept { return MPI_DATATYPE_NULL; }
  static void destroy(Native native) noexcept { MPI_Type_free(&native); }
};
/// Owns a datatype that was made, not one of the library's own; borrow it as MPI_Datatype.
using Datatype = Handle<DatatypeTraits>;

struct OperatorTraits {
  using Native = MPI_Op;
  static Native null() noexcept { return MPI_OP_NULL; }
  static void destroy(Native native) noexcept { MPI_Op_free(&native); }
};
/// Owns an operation of MPI_Op_create; borrow it as MPI_Op.
using Operator = Handle<OperatorTraits>;

}  // namespace assay::native
