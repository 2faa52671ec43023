#include "benchmarks/gpu_memory/benchmark.hpp"
#include "benchmarks/gpu_memory/sizes.hpp"

namespace assay::benchmarks {

Bytes gpu_memory_host_bytes() {
  constexpr std::uint64_t buffers = 4;  // there and back, pinned and pageable
  return {buffers * gpu_memory::transfer_bytes + gpu_memory::chain_bytes};
}

}  // namespace assay::benchmarks
