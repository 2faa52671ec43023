#include "collectives/baseline/nccl.hpp"

#include <fmt/format.h>

#include <cstdlib>
#include <optional>
#include <span>
#include <utility>

#include "collectives/baseline/nccl_calls.hpp"
#include "collectives/baseline/nccl_settling.hpp"
#include "collectives/baseline/nccl_type.hpp"
#include "collectives/device/launches.hpp"
#include "collectives/together.hpp"
#include "core/native/nccl.hpp"

namespace assay::collectives {

namespace {

using device::Placement;
using device::RankBuffers;
using native::check_nccl;
using native::Nccl;

/// An environment variable, while a communicator is made; then it is gone again. NCCL has no other
/// way to be told.
class Setting {
 public:
  Setting(const char* name, const std::string& value) : name_{value.empty() ? nullptr : name} {
    if (name_ != nullptr) ::setenv(name_, value.c_str(), 1);
  }
  Setting(const Setting&) = delete;
  Setting& operator=(const Setting&) = delete;
  ~Setting() {
    if (name_ != nullptr) ::unsetenv(name_);
  }

 private:
  const char* name_;
};

ncclResult_t state_of(ncclComm_t communicator) {
  ncclResult_t state = ncclSuccess;
  const ncclResult_t asked = Nccl::get().comm_get_async_error(communicator, &state);
  return asked == ncclSuccess ? state : asked;
}

void require_settled(ncclComm_t communicator, Deadline deadline) {
  const ncclResult_t state = settle([&] { return state_of(communicator); }, deadline);
  if (state == ncclInProgress)
    throw Error{"NCCL", state, "its communicator is not ready before the deadline",
                std::source_location::current(), ExitCode::deadline};
  check_nccl(state);
}

class NcclCollective final : public device::GroupCollective {
 public:
  NcclCollective(const NcclTask& task, Bootstrap& processes, const Placement& placement,
                 const std::vector<NcclMemory>& memory, Deadline deadline)
      : nccl_{Nccl::get()}, task_{task}, placement_{placement}, launches_{placement} {
    connect(processes, deadline);
    together(processes, [&] { register_memory(memory, deadline); });
    together(processes, [&] { make_operators(); });
  }
  ~NcclCollective() override {
    if (aborted_) return;
    for (std::size_t i = 0; i < communicators_.size(); ++i) {
      ncclComm_t communicator = communicators_[i].get();
      if (i < operators_.size() && operators_[i])
        nccl_.red_op_destroy(*operators_[i], communicator);
      for (void* handle : handles_[i]) nccl_.comm_deregister(communicator, handle);
      for (ncclWindow_t window : windows_[i]) nccl_.comm_window_deregister(communicator, window);
    }
  }

  void bind(std::span<const RankBuffers> buffers, std::size_t count, int operations) override {
    buffers_.assign(buffers.begin(), buffers.end());
    count_ = count;
    launches_.prepare([this] { return enqueue(); }, operations);
    check_nccl(failure_);
  }
  void start() noexcept override { launches_.start(); }

  ExecutionStatus finish(Deadline deadline) noexcept override {
    const bool done = launches_.wait(deadline, [&] { return has_failed(); }) && !has_failed();
    if (done && launches_.failure() == cudaSuccess) return std::nullopt;
    // Its kernels wait for peers that may be gone: without an abort they stay for ever.
    for (auto& communicator : communicators_) nccl_.comm_abort(communicator.release());
    aborted_ = true;
    if (failure_ != ncclSuccess)
      return TimedOut{Heartbeat::everybody, 0, -1, nccl_.get_error_string(failure_)};
    if (launches_.failure() != cudaSuccess)
      return TimedOut{Heartbeat::nobody, 0, -1, cudaGetErrorString(launches_.failure())};
    return TimedOut{Heartbeat::everybody, 0, -1};
  }
  [[nodiscard]] int failure_code() const noexcept override { return failure_; }

 private:
  void connect(Bootstrap& processes, Deadline deadline) {
    ncclUniqueId id{};
    on_root(processes, [&] { check_nccl(nccl_.get_unique_id(&id)); });
    id = from_rank_zero(processes, id);
    together(processes, [&] {
      const Setting algorithm{"NCCL_ALGO", task_.forcing.algorithm};
      const Setting protocol{"NCCL_PROTO", task_.forcing.protocol};
      ncclConfig_t config = NCCL_CONFIG_INITIALIZER;
      config.blocking = 0;
      std::vector<ncclComm_t> made(launches_.size());
      check_nccl(nccl_.group_start());
      for (std::size_t i = 0; i < made.size(); ++i) {
        native::check_cuda(cudaSetDevice(launches_.device(i)));
        check_nccl(nccl_.comm_init_rank_config(&made[i], placement_.ranks(), id,
                                               placement_.first_local() + static_cast<int>(i),
                                               &config));
      }
      check_nccl(nccl_.group_end());
      for (ncclComm_t communicator : made) communicators_.emplace_back(communicator);
      for (const auto& communicator : communicators_) require_settled(communicator.get(), deadline);
      handles_.resize(made.size());
      windows_.resize(made.size());
    });
  }

  void register_memory(const std::vector<NcclMemory>& memory, Deadline deadline) {
    if (task_.buffers == NcclBuffers::plain) return;
    if (task_.buffers == NcclBuffers::window && nccl_.comm_window_register == nullptr)
      throw UnavailableError{"this NCCL has no windows: they came with 2.27"};
    check_nccl(nccl_.group_start());
    for (std::size_t i = 0; i < communicators_.size(); ++i) {
      ncclComm_t communicator = communicators_[i].get();
      if (task_.buffers == NcclBuffers::registered)
        check_nccl(nccl_.comm_register(communicator, memory[i].begin, memory[i].bytes,
                                       &handles_[i].emplace_back()));
      else
        check_nccl(nccl_.comm_window_register(communicator, memory[i].begin, memory[i].bytes,
                                              &windows_[i].emplace_back(),
                                              NCCL_WIN_COLL_SYMMETRIC));
    }
    check_nccl(nccl_.group_end());
    for (const auto& communicator : communicators_) require_settled(communicator.get(), deadline);
  }

  void make_operators() {
    operators_.resize(communicators_.size());
    if (!info(task_.operation).reduces || task_.elements.op != ReduceOp::mulsum) return;
    for (std::size_t i = 0; i < communicators_.size(); ++i) {
      const int rank = placement_.first_local() + static_cast<int>(i);
      std::uint64_t factor = factor_bits(task_.elements.type, mulsum_factor(rank));
      ncclRedOp_t made = ncclSum;
      check_nccl(nccl_.red_op_create_pre_mul_sum(&made, &factor, nccl_type(task_.elements.type),
                                                 ncclScalarHostImmediate, communicators_[i].get()));
      operators_[i] = made;
    }
  }

  cudaError_t enqueue() noexcept {
    note(nccl_.group_start());
    for (std::size_t i = 0; i < communicators_.size(); ++i) {
      const NcclCall call{.nccl = nccl_,
                          .operation = task_.operation,
                          .rank = placement_.first_local() + static_cast<int>(i),
                          .ranks = placement_.ranks(),
                          .root = task_.root,
                          .weights = task_.weights,
                          .type = nccl_type_,
                          .element_bytes = info(task_.elements.type).bytes,
                          .op = operators_[i].value_or(nccl_operator(task_.elements.op)),
                          .communicator = communicators_[i].get(),
                          .stream = launches_.stream(i)};
      note(call(buffers_[i], count_));
    }
    note(nccl_.group_end());
    // A communicator that does not block may still be at it, and takes no other call until then.
    constexpr Seconds to_enqueue{60.0};
    for (const auto& communicator : communicators_)
      note(settle([&] { return state_of(communicator.get()); }, Deadline::after(to_enqueue)));
    return failure_ == ncclSuccess ? cudaSuccess : cudaErrorUnknown;
  }

  bool has_failed() noexcept {
    for (const auto& communicator : communicators_) note(state_of(communicator.get()));
    return failure_ != ncclSuccess;
  }
  void note(ncclResult_t result) noexcept {
    if (failure_ == ncclSuccess && result != ncclInProgress) failure_ = result;
  }

  const Nccl& nccl_;
  NcclTask task_;
  Placement placement_;
  device::Launches launches_;
  ncclDataType_t nccl_type_ = nccl_type(task_.elements.type);
  std::vector<native::NcclCommunicator> communicators_;
  std::vector<std::vector<void*>> handles_;
  std::vector<std::vector<ncclWindow_t>> windows_;
  std::vector<std::optional<ncclRedOp_t>> operators_;
  std::vector<RankBuffers> buffers_;
  std::size_t count_ = 0;
  ncclResult_t failure_ = ncclSuccess;
  bool aborted_ = false;
};

}  // namespace

std::unique_ptr<device::GroupCollective> make_nccl_collective(const NcclTask& task,
                                                              Bootstrap& processes,
                                                              const Placement& placement,
                                                              const std::vector<NcclMemory>& memory,
                                                              Deadline deadline) {
  if (placement.is_virtual)
    throw UsageError{"NCCL has no virtual ranks: it wants a GPU for each; leave it or them out"};
  together(processes, [] { static_cast<void>(Nccl::get()); });
  return std::make_unique<NcclCollective>(task, processes, placement, memory, deadline);
}

NcclAllocation::NcclAllocation(std::size_t bytes) {
  check_nccl(Nccl::get().mem_alloc(&memory_, bytes));
}
NcclAllocation::NcclAllocation(NcclAllocation&& other) noexcept
    : memory_{std::exchange(other.memory_, nullptr)} {}
NcclAllocation::~NcclAllocation() {
  if (memory_ != nullptr) Nccl::get().mem_free(memory_);
}

}  // namespace assay::collectives
