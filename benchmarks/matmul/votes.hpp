#pragma once

#include <cstdint>
#include <map>
#include <optional>

namespace assay::benchmarks {

/// How often each digest of one and the same product was found.
using DigestVotes = std::map<std::uint64_t, int>;

/// The digest that more than half of the votes are for; none where there is no such.
[[nodiscard]] std::optional<std::uint64_t> agreed_digest(const DigestVotes& votes);

}  // namespace assay::benchmarks
