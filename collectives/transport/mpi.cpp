#include "collectives/transport/mpi.hpp"

#include <dlfcn.h>

#include <cstdlib>
#include <new>
#include <utility>

#include "collectives/worker.hpp"
#include "core/machine.hpp"
#include "core/native/mpi.hpp"

namespace assay::collectives {

namespace {

using native::check_mpi;

constexpr std::size_t slot_alignment = 64;  // a cache line: reductions read whole vectors
constexpr std::size_t page_bytes = 4096;    // workers are let into whole ones

constexpr std::size_t round_up(std::size_t bytes, std::size_t multiple) {
  return (bytes + multiple - 1) / multiple * multiple;
}

/// Whether the library moves device memory, as it says itself: Open MPI and MPICH both have the
/// question, in headers that not every version has.
bool moves_device_memory_by_mpi() {
  const auto ask = reinterpret_cast<int (*)()>(::dlsym(RTLD_DEFAULT, "MPIX_Query_cuda_support"));
  return ask != nullptr && ask() == 1;
}

/// Where the slots of one end lie.
struct SlotMemory {
  std::byte* begin = nullptr;
  std::shared_ptr<void> keep;
};

bool mpi_moves(MemoryKind kind) { return kind == MemoryKind::host || moves_device_memory_by_mpi(); }

/// A worker's own memory where MPI moves that, otherwise the host's.
SlotMemory allocate_slots(std::size_t bytes, Worker* worker) {
  if (worker != nullptr && mpi_moves(worker->memory_kind())) {
    auto memory = worker->allocate(bytes);
    return {memory.get(), std::move(memory)};
  }
  const std::align_val_t alignment{worker == nullptr ? slot_alignment : page_bytes};
  const std::size_t whole = worker == nullptr ? bytes : round_up(bytes, page_bytes);
  const std::shared_ptr<std::byte> memory{
      static_cast<std::byte*>(::operator new(whole, alignment)),
      [alignment](std::byte* old) { ::operator delete(old, alignment); }};
  return {memory.get(), keep_for(worker, memory, memory.get(), whole)};
}

/// The slots of one end, each with the request that fills or empties it, which is null once it is
/// done.
class Slots {
 public:
  Slots(LinkShape shape)
      : stride_{round_up(shape.slot_bytes + 1, slot_alignment)},
        bytes_{shape.slot_bytes},
        requests_(static_cast<std::size_t>(shape.slots), MPI_REQUEST_NULL),
        statuses_(requests_.size()),
        memory_{allocate_slots(stride_ * requests_.size(), shape.worker)} {}

  [[nodiscard]] std::byte* room(std::size_t slot) const noexcept {
    return memory_.begin + slot * stride_;
  }
  [[nodiscard]] std::size_t bytes() const noexcept { return bytes_; }
  [[nodiscard]] std::size_t count() const noexcept { return requests_.size(); }
  [[nodiscard]] MPI_Request& request(std::size_t slot) noexcept { return requests_[slot]; }
  [[nodiscard]] std::vector<MPI_Request>& requests() noexcept { return requests_; }

  /// Whether the slot's request is done; `wait_for_any` alone finds that out where it is used:
  /// SimGrid (3.32) never forgets a message that was tested for.
  [[nodiscard]] bool done(std::size_t slot) noexcept {
    int done = requests_[slot] == MPI_REQUEST_NULL ? 1 : 0;
    if (done == 0 && !is_simulated()) MPI_Test(&requests_[slot], &done, &statuses_[slot]);
    return done != 0;
  }
  /// Bytes that a receive brought, once it is done.
  [[nodiscard]] std::size_t received(std::size_t slot) const noexcept {
    int bytes = 0;
    MPI_Get_count(&statuses_[slot], MPI_BYTE, &bytes);
    return static_cast<std::size_t>(bytes);
  }

  /// Blocks until one of all their requests is done.
  static void wait_for_any(std::span<Slots* const> ends) {
    std::vector<MPI_Request> pending;
    std::vector<std::pair<Slots*, std::size_t>> places;
    for (Slots* end : ends)
      for (std::size_t slot = 0; slot < end->count(); ++slot)
        if (end->requests_[slot] != MPI_REQUEST_NULL) {
          pending.push_back(end->requests_[slot]);
          places.emplace_back(end, slot);
        }
    int which = MPI_UNDEFINED;
    MPI_Status status;
    MPI_Waitany(static_cast<int>(pending.size()), pending.data(), &which, &status);
    if (which == MPI_UNDEFINED) return;
    const auto [end, slot] = places[static_cast<std::size_t>(which)];
    end->requests_[slot] = MPI_REQUEST_NULL;
    end->statuses_[slot] = status;
  }

 private:
  std::size_t stride_;
  std::size_t bytes_;
  std::vector<MPI_Request> requests_;
  std::vector<MPI_Status> statuses_;  ///< of receives that are done
  SlotMemory memory_;
};

// MPI's default error handler ends the job with its own message, so statuses on the message path
// need no checks here.

class MpiSender final : public Sender {
 public:
  MpiSender(MPI_Comm communicator, int peer, int tag, LinkShape shape)
      : communicator_{communicator}, peer_{peer}, tag_{tag}, slots_{shape} {}
  MpiSender(const MpiSender&) = delete;
  MpiSender& operator=(const MpiSender&) = delete;
  ~MpiSender() override {
    // Links are closed after all messages were received, so these are complete but for bookkeeping.
    MPI_Waitall(static_cast<int>(slots_.count()), slots_.requests().data(), MPI_STATUSES_IGNORE);
  }

  std::byte* try_acquire(std::size_t) noexcept override {
    return slots_.done(next_) ? slots_.room(next_) : nullptr;
  }

  void commit(std::size_t bytes) noexcept override {
    MPI_Isend(slots_.room(next_), static_cast<int>(bytes), MPI_BYTE, peer_, tag_, communicator_,
              &slots_.request(next_));
    next_ = (next_ + 1) % slots_.count();
  }

  bool drained() noexcept override {
    for (std::size_t slot = 0; slot < slots_.count(); ++slot)
      if (!slots_.done(slot)) return false;
    return true;
  }

  [[nodiscard]] Slots& slots() noexcept { return slots_; }

 private:
  MPI_Comm communicator_;
  int peer_;
  int tag_;
  Slots slots_;
  std::size_t next_ = 0;
};

class MpiReceiver final : public Receiver {
 public:
  MpiReceiver(MPI_Comm communicator, int peer, int tag, LinkShape shape)
      : communicator_{communicator}, peer_{peer}, tag_{tag}, slots_{shape} {
    for (std::size_t slot = 0; slot < slots_.count(); ++slot) post(slot);
  }
  MpiReceiver(const MpiReceiver&) = delete;
  MpiReceiver& operator=(const MpiReceiver&) = delete;
  ~MpiReceiver() override {
    for (MPI_Request& request : slots_.requests()) {
      if (request == MPI_REQUEST_NULL) continue;
      MPI_Cancel(&request);
      MPI_Wait(&request, MPI_STATUS_IGNORE);
    }
  }

  std::optional<std::span<const std::byte>> try_peek() noexcept override {
    if (!arrived_ && slots_.done(next_))
      arrived_ = std::span<const std::byte>{slots_.room(next_), slots_.received(next_)};
    return arrived_;
  }

  void release() noexcept override {
    arrived_.reset();
    post(next_);
    next_ = (next_ + 1) % slots_.count();
  }

  [[nodiscard]] Slots& slots() noexcept { return slots_; }

 private:
  void post(std::size_t slot) noexcept {
    MPI_Irecv(slots_.room(slot), static_cast<int>(slots_.bytes()), MPI_BYTE, peer_, tag_,
              communicator_, &slots_.request(slot));
  }

  MPI_Comm communicator_;
  int peer_;
  int tag_;
  Slots slots_;
  std::size_t next_ = 0;
  std::optional<std::span<const std::byte>> arrived_;
};

class MpiTransport final : public Transport {
 public:
  explicit MpiTransport(MpiBootstrap& bootstrap) : bootstrap_{bootstrap} {}
  std::string_view name() const noexcept override { return "mpi"; }

  LinkEnds open(std::span<const Link> outgoing, std::span<const Link> incoming,
                LinkShape shape) override {
    const int first_tag = next_first_tag();
    const MPI_Comm communicator = bootstrap_.communicator();
    LinkEnds ends;
    std::vector<Slots*> slots;
    for (const Link& link : incoming) {
      auto end =
          std::make_unique<MpiReceiver>(communicator, link.from, first_tag + link.lane, shape);
      slots.push_back(&end->slots());
      ends.receivers.push_back(std::move(end));
    }
    for (const Link& link : outgoing) {
      auto end = std::make_unique<MpiSender>(communicator, link.to, first_tag + link.lane, shape);
      slots.push_back(&end->slots());
      ends.senders.push_back(std::move(end));
    }
    if (is_simulated()) ends.wait = [slots] { Slots::wait_for_any(slots); };
    bootstrap_.barrier();
    return ends;
  }

  bool moves_device_memory() const noexcept override { return moves_device_memory_by_mpi(); }

  std::unique_ptr<RegisteredMemory> allocate_registered(std::size_t) override { return nullptr; }

 private:
  /// Every `open` has tags of its own, so that links opened at different times cannot mix. All
  /// ranks open in the same order, and thus agree.
  int next_first_tag() noexcept {
    constexpr int lanes_at_most = 256;
    constexpr int tag_limit = 32767;  // what MPI grants at least (MPI-3.1, 8.1.2)
    const int first = opened_ * lanes_at_most % (tag_limit - lanes_at_most);
    ++opened_;
    return first;
  }

  MpiBootstrap& bootstrap_;
  int opened_ = 0;
};

}  // namespace

std::unique_ptr<Transport> make_mpi_transport(MpiBootstrap& bootstrap) {
  return std::make_unique<MpiTransport>(bootstrap);
}

}  // namespace assay::collectives
