#include "benchmarks/peer_copy/schedule.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <random>
#include <set>

#include "core/error.hpp"

namespace assay::benchmarks::peer_copy {

std::vector<DirectedPair> pairs_in_turn(int ranks, int pass) {
  std::vector<DirectedPair> pairs;
  for (int device = 0; device < ranks; ++device)
    for (int peer = 0; peer < ranks; ++peer)
      if (device != peer) pairs.push_back({device, peer});
  std::mt19937 random{static_cast<unsigned>(pass)};
  std::shuffle(pairs.begin(), pairs.end(), random);
  return pairs;
}

void require_pairs(const collectives::device::Placement& placement, std::size_t visible) {
  std::set<std::string> hosts;
  for (const std::string& host : placement.hosts)
    if (!hosts.insert(host).second) return;
  if (visible < 2)
    throw UnavailableError{
        fmt::format("peer_copy is between GPUs of one host, and {} has one", placement.host(0))};
  throw UsageError{
      fmt::format("peer_copy is between GPUs of one host, and this job uses one of {}; add -g {}, "
                  "or start a process for each",
                  visible, visible)};
}

}  // namespace assay::benchmarks::peer_copy
