#pragma once

#include <functional>

#include "collectives/bootstrap.hpp"

namespace assay::collectives {

/// Collective: runs `step` on this rank and then tells all ranks how it went. If it threw on any
/// of them, the same error is thrown on all, so that no rank waits for one that has gone.
/// Throws  UsageError, UnavailableError or Error (with its exit code): of the lowest rank that
///         failed.
void together(Bootstrap& world, const std::function<void()>& step);

/// The same with a step for rank 0 alone.
void on_root(Bootstrap& world, const std::function<void()>& step);

}  // namespace assay::collectives
