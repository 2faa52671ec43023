#include "collectives/bootstrap/roll_call.hpp"

#include "core/clock.hpp"
#include "core/machine.hpp"
#include "core/native/mpi.hpp"

namespace assay::collectives {

using native::check_mpi;

namespace {

constexpr Seconds nap{0.0005};
/// Rank 0 waits that much longer than those who wait for its word, so that a rank that is cut off
/// can say where it is before the launcher ends it.
constexpr double last_word = 1.25;
enum Tag : int { here, heard, result };

/// Returns  false if it was not done in time.
bool is_done(MPI_Request& request, Deadline deadline) {
  for (int done = 0;;) {
    check_mpi(MPI_Test(&request, &done, MPI_STATUS_IGNORE));
    if (done != 0) return true;
    if (deadline.passed()) return false;
    sleep_for(nap);
  }
}

/// Rank 0's side: hears all others, and tells each what came of it.
class RollCaller {
 public:
  RollCaller(MPI_Comm world, int ranks)
      : world_{world}, arrived_(static_cast<std::size_t>(ranks), false) {
    arrived_[0] = true;
    for (int rank = 1; rank < ranks; ++rank) {
      hellos_.push_back(MPI_REQUEST_NULL);
      check_mpi(MPI_Irecv(nullptr, 0, MPI_BYTE, rank, here, world_, &hellos_.back()));
    }
  }

  std::vector<int> absent_after(Seconds patience) {
    const auto deadline = Deadline::after(patience);
    for (std::size_t missing = hellos_.size(); missing > 0 && !deadline.passed();) {
      const std::size_t came = hear();
      missing -= came;
      if (came == 0) sleep_for(nap);
    }
    std::vector<int> absent;
    for (std::size_t rank = 0; rank < arrived_.size(); ++rank)
      if (!arrived_[rank]) absent.push_back(static_cast<int>(rank));
    for (std::size_t rank = 1; rank < arrived_.size(); ++rank)
      if (arrived_[rank]) answer(static_cast<int>(rank), result, absent);
    const auto sent_by = Deadline::after(patience);
    for (MPI_Request& request : answers_) static_cast<void>(is_done(request, sent_by));
    for (MPI_Request& request : hellos_) give_up(request);
    return absent;
  }

 private:
  std::size_t hear() {
    std::vector<int> places(hellos_.size());
    int came = 0;
    check_mpi(MPI_Testsome(static_cast<int>(hellos_.size()), hellos_.data(), &came, places.data(),
                           MPI_STATUSES_IGNORE));
    if (came == MPI_UNDEFINED) return 0;
    for (int i = 0; i < came; ++i) {
      const int rank = places[static_cast<std::size_t>(i)] + 1;
      arrived_[static_cast<std::size_t>(rank)] = true;
      answer(rank, heard, {});
    }
    return static_cast<std::size_t>(came);
  }

  /// `words` must live until the answers are out.
  void answer(int rank, Tag tag, const std::vector<int>& words) {
    answers_.push_back(MPI_REQUEST_NULL);
    check_mpi(MPI_Isend(words.data(), static_cast<int>(words.size()), MPI_INT, rank, tag, world_,
                        &answers_.back()));
  }

  static void give_up(MPI_Request& request) {
    if (request == MPI_REQUEST_NULL) return;
    check_mpi(MPI_Cancel(&request));
    check_mpi(MPI_Request_free(&request));
  }

  MPI_Comm world_;
  std::vector<bool> arrived_;        ///< by rank
  std::vector<MPI_Request> hellos_;  ///< by rank, from rank 1 on
  std::vector<MPI_Request> answers_;
};

Roll answer_the_roll(MPI_Comm world, int rank, int ranks, Seconds patience) {
  MPI_Request hello = MPI_REQUEST_NULL;
  MPI_Request word = MPI_REQUEST_NULL;
  check_mpi(MPI_Irecv(nullptr, 0, MPI_BYTE, 0, heard, world, &word));
  check_mpi(MPI_Isend(nullptr, 0, MPI_BYTE, 0, here, world, &hello));
  if (!is_done(word, Deadline::after(patience))) return {rank, {}, false};
  check_mpi(MPI_Wait(&hello, MPI_STATUS_IGNORE));
  // Rank 0 was there a moment ago; if it goes now, the supervisors notice.
  std::vector<int> absent(static_cast<std::size_t>(ranks));
  check_mpi(MPI_Irecv(absent.data(), ranks, MPI_INT, 0, result, world, &word));
  MPI_Status status;
  for (int done = 0; done == 0;) {
    check_mpi(MPI_Test(&word, &done, &status));
    if (done == 0) sleep_for(nap);
  }
  int count = 0;
  check_mpi(MPI_Get_count(&status, MPI_INT, &count));
  absent.resize(static_cast<std::size_t>(count));
  return {rank, absent, true};
}

}  // namespace

Roll call_the_roll(MPI_Comm world, Seconds patience) {
  int rank = 0;
  int ranks = 0;
  check_mpi(MPI_Comm_rank(world, &rank));
  check_mpi(MPI_Comm_size(world, &ranks));
  if (ranks == 1 || is_simulated()) return {};
  if (rank > 0) return answer_the_roll(world, rank, ranks, patience);
  return {rank, RollCaller{world, ranks}.absent_after(patience * last_word), true};
}

}  // namespace assay::collectives
