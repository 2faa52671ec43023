#pragma once

#include <atomic>
#include <cstdint>
#include <memory>

#include "collectives/bootstrap.hpp"
#include "collectives/registered_memory.hpp"
#include "collectives/transport.hpp"
#include "core/processor.hpp"

namespace assay::collectives {

/// Where all ranks of a group meet and show each other their buffers. Each rank has a line for each
/// peer, which this peer alone writes, so that nobody polls another rank's memory.
class MeetingPlace {
 public:
  /// Collective. Throws  UnavailableError if the transport has no registered memory.
  MeetingPlace(Bootstrap& bootstrap, Transport& transport);

  /// Where a rank has its buffers, in its own address space.
  struct Addresses {
    std::uint64_t input = 0;
    std::uint64_t output = 0;
  };
  /// Shows all peers where this rank's buffers are: before the first meeting of a run, as nobody
  /// looks at those of the run before after its last one.
  void show(Addresses mine) noexcept;
  /// Tells all peers that this rank is here.
  void arrive() noexcept;
  /// The first peer from `from` on that is not here yet; the number of ranks when all are.
  [[nodiscard]] int missing(int from) const noexcept;
  /// What a peer showed. Precondition: it is here.
  [[nodiscard]] Addresses shown_by(int peer) const noexcept;

  [[nodiscard]] int rank() const noexcept { return lines_->rank(); }
  [[nodiscard]] int ranks() const noexcept { return lines_->ranks(); }

 private:
  struct alignas(cache_line_pair_bytes) Line {
    std::atomic<std::uint64_t> meetings{0};
    Addresses addresses;
  };
  static_assert(std::atomic<std::uint64_t>::is_always_lock_free);

  /// What `peer` told `at`.
  [[nodiscard]] Line& line(int at, int peer) const noexcept;

  std::unique_ptr<RegisteredMemory> lines_;
  std::uint64_t meetings_ = 0;
};

}  // namespace assay::collectives
