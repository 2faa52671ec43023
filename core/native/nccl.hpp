#pragma once

#include <nccl.h>

#include <source_location>
#include <string>

#include "core/error.hpp"
#include "core/handle.hpp"
#include "core/native/shared_library.hpp"

namespace assay::native {

/// NCCL's functions, from the library that is found when the program runs: so it runs without one.
class Nccl {
 public:
  static constexpr const char* file = "libnccl.so.2";

  /// Loads the library, once a process.
  /// Throws  UnavailableError where it is not to be had.
  [[nodiscard]] static const Nccl& get() {
    const Nccl& library = loaded();
    if (!library.library_.problem().empty())
      throw UnavailableError{"NCCL cannot be loaded: " + library.library_.problem()};
    return library;
  }
  /// Its version, or why there is none.
  [[nodiscard]] static std::string description() {
    const Nccl& library = loaded();
    if (!library.library_.problem().empty()) return "not loaded: " + library.library_.problem();
    int version = 0;
    library.get_version(&version);
    constexpr int per_major = 10000;
    constexpr int per_minor = 100;
    return std::to_string(version / per_major) + "." +
           std::to_string(version % per_major / per_minor) + "." +
           std::to_string(version % per_minor);
  }

  decltype(&ncclGetVersion) get_version = nullptr;
  decltype(&ncclGetErrorString) get_error_string = nullptr;
  decltype(&ncclGetLastError) get_last_error = nullptr;
  decltype(&ncclGetUniqueId) get_unique_id = nullptr;
  decltype(&ncclCommInitRankConfig) comm_init_rank_config = nullptr;
  decltype(&ncclCommGetAsyncError) comm_get_async_error = nullptr;
  decltype(&ncclCommFinalize) comm_finalize = nullptr;
  decltype(&ncclCommDestroy) comm_destroy = nullptr;
  decltype(&ncclCommAbort) comm_abort = nullptr;
  decltype(&ncclCommRegister) comm_register = nullptr;
  decltype(&ncclCommDeregister) comm_deregister = nullptr;
  decltype(&ncclMemAlloc) mem_alloc = nullptr;
  decltype(&ncclMemFree) mem_free = nullptr;
  decltype(&ncclRedOpCreatePreMulSum) red_op_create_pre_mul_sum = nullptr;
  decltype(&ncclRedOpDestroy) red_op_destroy = nullptr;
  decltype(&ncclGroupStart) group_start = nullptr;
  decltype(&ncclGroupEnd) group_end = nullptr;
  decltype(&ncclAllReduce) all_reduce = nullptr;
  decltype(&ncclReduceScatter) reduce_scatter = nullptr;
  decltype(&ncclAllGather) all_gather = nullptr;
  decltype(&ncclBroadcast) broadcast = nullptr;
  decltype(&ncclReduce) reduce = nullptr;
  decltype(&ncclSend) send = nullptr;
  decltype(&ncclRecv) recv = nullptr;
  // Of later versions than the oldest that will do; null where the library has none.
  decltype(&ncclCommWindowRegister) comm_window_register = nullptr;
  decltype(&ncclCommWindowDeregister) comm_window_deregister = nullptr;

 private:
  Nccl() {
    library_.find(get_version, "ncclGetVersion");
    library_.find(get_error_string, "ncclGetErrorString");
    library_.find(get_last_error, "ncclGetLastError");
    library_.find(get_unique_id, "ncclGetUniqueId");
    library_.find(comm_init_rank_config, "ncclCommInitRankConfig");
    library_.find(comm_get_async_error, "ncclCommGetAsyncError");
    library_.find(comm_finalize, "ncclCommFinalize");
    library_.find(comm_destroy, "ncclCommDestroy");
    library_.find(comm_abort, "ncclCommAbort");
    library_.find(comm_register, "ncclCommRegister");
    library_.find(comm_deregister, "ncclCommDeregister");
    library_.find(mem_alloc, "ncclMemAlloc");
    library_.find(mem_free, "ncclMemFree");
    library_.find(red_op_create_pre_mul_sum, "ncclRedOpCreatePreMulSum");
    library_.find(red_op_destroy, "ncclRedOpDestroy");
    library_.find(group_start, "ncclGroupStart");
    library_.find(group_end, "ncclGroupEnd");
    library_.find(all_reduce, "ncclAllReduce");
    library_.find(reduce_scatter, "ncclReduceScatter");
    library_.find(all_gather, "ncclAllGather");
    library_.find(broadcast, "ncclBroadcast");
    library_.find(reduce, "ncclReduce");
    library_.find(send, "ncclSend");
    library_.find(recv, "ncclRecv");
    library_.find_optional(comm_window_register, "ncclCommWindowRegister");
    library_.find_optional(comm_window_deregister, "ncclCommWindowDeregister");
  }
  [[nodiscard]] static const Nccl& loaded() {
    static const Nccl library;
    return library;
  }

  SharedLibrary library_{file, ": it is too old; 2.19 will do"};
};

/// Throws Error{"NCCL", ...} with exit code 3 unless `status` is ncclSuccess, or ncclInProgress of
/// a communicator that does not block.
inline void check_nccl(ncclResult_t status,
                       std::source_location where = std::source_location::current()) {
  if (status == ncclSuccess || status == ncclInProgress) return;
  throw Error{"NCCL", status, Nccl::get().get_error_string(status), where, ExitCode::nccl};
}

struct NcclCommunicatorTraits {
  using Native = ncclComm_t;
  static Native null() noexcept { return nullptr; }
  /// Not ncclCommDestroy, which waits for peers that may be gone.
  static void destroy(Native native) noexcept { Nccl::get().comm_abort(native); }
};
/// Owns a communicator. It goes by an abort: what was enqueued must have ended before.
using NcclCommunicator = Handle<NcclCommunicatorTraits>;

}  // namespace assay::native
