#pragma once

#include <optional>

#include "benchmarks/acceptance.hpp"

namespace assay::benchmarks {

/// The search for slow links between hosts, where there are several.
/// Throws  UsageError: what LinkSearch refuses, or nodes chosen on one host alone.
[[nodiscard]] std::optional<LinkSearch> search_of(const Job& job, const AcceptanceLevel& level,
                                                  const AcceptanceOptions& options);

}  // namespace assay::benchmarks
