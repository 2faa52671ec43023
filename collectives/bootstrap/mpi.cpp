#include "collectives/bootstrap/mpi.hpp"

#include <numeric>
#include <utility>

#include "core/clock.hpp"
#include "core/machine.hpp"

namespace assay::collectives {

using native::check_mpi;

namespace {

native::Communicator duplicate(MPI_Comm communicator) {
  MPI_Comm copy = MPI_COMM_NULL;
  check_mpi(MPI_Comm_dup(communicator, &copy));
  return native::Communicator{copy};
}

/// While it lives, the heartbeat says that this rank waits for all others.
class WaitingForEverybody {
 public:
  explicit WaitingForEverybody(Heartbeat& heartbeat) : heartbeat_{heartbeat} {
    heartbeat_.waiting_for.store(Heartbeat::everybody, std::memory_order_relaxed);
  }
  WaitingForEverybody(const WaitingForEverybody&) = delete;
  WaitingForEverybody& operator=(const WaitingForEverybody&) = delete;
  ~WaitingForEverybody() {
    heartbeat_.waiting_for.store(Heartbeat::nobody, std::memory_order_relaxed);
  }

 private:
  Heartbeat& heartbeat_;
};

}  // namespace

MpiBootstrap::MpiBootstrap(MPI_Comm communicator, Heartbeat& heartbeat)
    : MpiBootstrap{duplicate(communicator), heartbeat} {}

MpiBootstrap::MpiBootstrap(native::Communicator communicator, Heartbeat& heartbeat)
    : communicator_{std::move(communicator)}, heartbeat_{heartbeat} {
  check_mpi(MPI_Comm_rank(communicator_.get(), &rank_));
  check_mpi(MPI_Comm_size(communicator_.get(), &size_));
}

std::vector<std::vector<std::byte>> MpiBootstrap::all_gather(std::span<const std::byte> mine) {
  const WaitingForEverybody waiting{heartbeat_};
  const int length = static_cast<int>(mine.size());
  std::vector<int> lengths(static_cast<std::size_t>(size_));
  MPI_Request request = MPI_REQUEST_NULL;
  if (gives_way_) {
    check_mpi(MPI_Iallgather(&length, 1, MPI_INT, lengths.data(), 1, MPI_INT, communicator_.get(),
                             &request));
    complete(request);
  } else {
    check_mpi(MPI_Allgather(&length, 1, MPI_INT, lengths.data(), 1, MPI_INT, communicator_.get()));
  }
  std::vector<int> offsets(lengths.size());
  std::exclusive_scan(lengths.begin(), lengths.end(), offsets.begin(), 0);
  std::vector<std::byte> all(static_cast<std::size_t>(offsets.back() + lengths.back()));
  if (gives_way_) {
    check_mpi(MPI_Iallgatherv(mine.data(), length, MPI_BYTE, all.data(), lengths.data(),
                              offsets.data(), MPI_BYTE, communicator_.get(), &request));
    complete(request);
  } else {
    check_mpi(MPI_Allgatherv(mine.data(), length, MPI_BYTE, all.data(), lengths.data(),
                             offsets.data(), MPI_BYTE, communicator_.get()));
  }
  std::vector<std::vector<std::byte>> by_rank;
  for (std::size_t i = 0; i < lengths.size(); ++i) {
    const auto begin = all.begin() + offsets[i];
    by_rank.emplace_back(begin, begin + lengths[i]);
  }
  return by_rank;
}

void MpiBootstrap::barrier() {
  const WaitingForEverybody waiting{heartbeat_};
  if (!gives_way_) {  // quicker than a request, here and above
    check_mpi(MPI_Barrier(communicator_.get()));
    return;
  }
  MPI_Request request = MPI_REQUEST_NULL;
  check_mpi(MPI_Ibarrier(communicator_.get(), &request));
  complete(request);
}

void MpiBootstrap::patient_barrier() {
  constexpr Seconds nap{0.0005};
  const WaitingForEverybody waiting{heartbeat_};
  MPI_Request request = MPI_REQUEST_NULL;
  if (is_simulated()) {  // where waiting costs nobody a processor
    check_mpi(MPI_Barrier(communicator_.get()));
    return;
  }
  check_mpi(MPI_Ibarrier(communicator_.get(), &request));
  for (int done = 0;;) {
    check_mpi(MPI_Test(&request, &done, MPI_STATUS_IGNORE));
    if (done != 0) return;
    sleep_for(nap);
  }
}

/// Gives way until it is done.
void MpiBootstrap::complete(MPI_Request request) {
  for (int done = 0;;) {
    check_mpi(MPI_Test(&request, &done, MPI_STATUS_IGNORE));
    if (done != 0) return;
    yield_processor();
  }
}

std::unique_ptr<MpiBootstrap> MpiBootstrap::subgroup(int colour) {
  const WaitingForEverybody waiting{heartbeat_};
  MPI_Comm part = MPI_COMM_NULL;
  check_mpi(MPI_Comm_split(communicator_.get(), colour == no_group ? MPI_UNDEFINED : colour, rank_,
                           &part));
  if (part == MPI_COMM_NULL) return nullptr;
  std::unique_ptr<MpiBootstrap> group{new MpiBootstrap{native::Communicator{part}, heartbeat_}};
  if (gives_way_) group->give_way();
  return group;
}

}  // namespace assay::collectives
