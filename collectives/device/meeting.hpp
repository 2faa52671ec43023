#pragma once

#include <cstddef>
#include <cstdint>

#include "collectives/device/direct_run.hpp"
#include "collectives/device/qualifier.hpp"
#include "collectives/device/wait.hpp"

namespace assay::collectives::device {

/// Meetings of the blocks of one number of all ranks: what any of them wrote before is seen by all
/// of them after. `meetings` by rank: counters of [block][rank that came], which never go back.
template <class Machine>
class Meeting {
 public:
  ASSAY_DEVICE Meeting(Machine& machine, const DirectTask& task, Counter* const* meetings,
                       const Limits& limits)
      : machine_{machine}, task_{task}, meetings_{meetings}, limits_{limits}, patience_{limits} {}

  /// By all threads of the block: meeting `number`, counted from 1. Each thread tells and waits for
  /// one rank, or several. False where one did not come; the verdict then says which.
  ASSAY_DEVICE bool meet(std::uint32_t block, Counter number) {
    machine_.barrier();  // what its threads wrote goes before
    const auto ranks = static_cast<unsigned>(task_.ranks);
    const auto rank = static_cast<unsigned>(task_.rank);
    const std::size_t row = std::size_t{block} * ranks;
    bool has_failed = false;
    for (unsigned peer = machine_.thread(); peer < ranks; peer += machine_.threads())
      Machine::release(&meetings_[peer][row + rank], number);
    for (unsigned peer = machine_.thread(); peer < ranks && !has_failed;
         peer += machine_.threads()) {
      const WaitEnd end = patience_.wait_for(&meetings_[rank][row + peer], number);
      has_failed = end != WaitEnd::none;
      if (has_failed) Machine::write(&limits_.verdicts[0], {end, task_.world_ranks[peer], 0});
    }
    return !machine_.any(has_failed);
  }

 private:
  Machine& machine_;
  const DirectTask& task_;
  Counter* const* meetings_;
  const Limits& limits_;
  Patience<Machine> patience_;
};

}  // namespace assay::collectives::device
