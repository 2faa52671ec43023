#pragma once

#include <source_location>

#include "core/native/mpi.hpp"

namespace assay::native {

/// Throws Error{"MPI_T", ...} unless `status`, of MPI's tool information interface (MPI-3.1, section
/// 14.3), is MPI_SUCCESS. Its codes have texts only while MPI is initialised.
inline void check_mpi_tool(int status,
                           std::source_location where = std::source_location::current()) {
  if (status != MPI_SUCCESS) throw Error{"MPI_T", status, "the tool interface refuses", where};
}

/// That interface, open for as long as it lives; it may be opened several times. Needs no MPI_Init,
/// but must be closed before MPI_Finalize. Opening it first takes Open MPI 0.2 s.
class ToolInterface {
 public:
  ToolInterface() {
    int provided = 0;
    check_mpi_tool(MPI_T_init_thread(MPI_THREAD_SINGLE, &provided));
  }
  ToolInterface(const ToolInterface&) = delete;
  ToolInterface& operator=(const ToolInterface&) = delete;
  ~ToolInterface() { MPI_T_finalize(); }
};

struct ControlVariableTraits {
  using Native = MPI_T_cvar_handle;
  static Native null() noexcept { return MPI_T_CVAR_HANDLE_NULL; }
  static void destroy(Native native) noexcept { MPI_T_cvar_handle_free(&native); }
};
/// Owns a handle of MPI_T_cvar_handle_alloc. The tool interface must be open for as long as it
/// lives.
using ControlVariable = Handle<ControlVariableTraits>;

}  // namespace assay::native
