#include "benchmarks/matmul/votes.hpp"

namespace assay::benchmarks {

std::optional<std::uint64_t> agreed_digest(const DigestVotes& votes) {
  int all = 0;
  for (const auto& [digest, count] : votes) all += count;
  for (const auto& [digest, count] : votes)
    if (2 * count > all) return digest;
  return std::nullopt;
}

}  // namespace assay::benchmarks
