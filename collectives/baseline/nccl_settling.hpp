#pragma once

#include <functional>

#include "core/clock.hpp"
#include "core/native/nccl.hpp"
#include "core/wait.hpp"

namespace assay::collectives {

/// Asks until NCCL's work in the background is over: how it ended, or ncclInProgress where the
/// deadline passed before.
[[nodiscard]] inline ncclResult_t settle(const std::function<ncclResult_t()>& state,
                                         Deadline deadline) {
  Waiter waiter{WaitPolicy{}};
  for (;;) {
    const ncclResult_t now = state();
    if (now != ncclInProgress) return now;
    if (waiter.should_look_up() && deadline.passed()) return now;
    waiter.pause();
  }
}

}  // namespace assay::collectives
