#pragma once

#include <string>
#include <vector>

#include "results/record.hpp"
#include "topology/parts/parts.hpp"

namespace assay::benchmarks {

/// One record (benchmark host_link) for each link of a card, or of an InfiniBand port, whose rate
/// is known: `device` is the card or port, `facts` are its kind, id or state, and link, `readings`
/// what it carries and what both of its ends could (bytes per second). Bridges are left out: what
/// they lead to is there.
[[nodiscard]] std::vector<results::Record> host_link_records(const std::string& host,
                                                             const topology::Parts& parts);

}  // namespace assay::benchmarks
