#include "benchmarks/peer_copy/benchmark.hpp"
#include "collectives/device/inventory.hpp"

namespace assay::benchmarks {

std::vector<results::Record> measure_peer_copies(const Job&, const collectives::device::Placement&,
                                                 const PeerCopyOptions&) {
  require_gpus(collectives::device::find_gpus());
  return {};
}

}  // namespace assay::benchmarks
