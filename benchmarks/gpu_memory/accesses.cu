#include "benchmarks/gpu_memory/accesses.hpp"

#include <algorithm>

#include "benchmarks/gpu_memory/sequence.hpp"

namespace assay::benchmarks::gpu_memory {

namespace {

constexpr int block_threads = 512;
constexpr int warp_threads = 32;
constexpr int in_flight = 4;  ///< accesses of a thread before the first is waited for
using Pair = ulonglong2;      ///< words of a 16-byte access

__device__ std::uint64_t own_thread() {
  return static_cast<std::uint64_t>(blockIdx.x) * block_threads + threadIdx.x;
}
__device__ std::uint64_t all_threads() {
  return static_cast<std::uint64_t>(gridDim.x) * block_threads;
}

__global__ void __launch_bounds__(block_threads)
    read(const Pair* pairs, std::uint64_t count, unsigned long long* sum) {
  const std::uint64_t threads = all_threads();
  std::uint64_t mine = 0;
  std::uint64_t at = own_thread();
  for (; at + (in_flight - 1) * threads < count; at += in_flight * threads) {
    Pair some[in_flight];
#pragma unroll
    for (int i = 0; i < in_flight; ++i) some[i] = __ldcs(pairs + at + i * threads);
#pragma unroll
    for (int i = 0; i < in_flight; ++i) mine += some[i].x + some[i].y;
  }
  for (; at < count; at += threads) mine += pairs[at].x + pairs[at].y;
  for (int distance = warp_threads / 2; distance > 0; distance /= 2)
    mine += __shfl_down_sync(0xffffffffU, mine, distance);
  if (threadIdx.x % warp_threads == 0) atomicAdd(sum, mine);
}

__global__ void __launch_bounds__(block_threads)
    write(Pair* pairs, std::uint64_t count, std::uint64_t first) {
  for (std::uint64_t at = own_thread(); at < count; at += all_threads())
    __stcs(pairs + at, make_ulonglong2(word(first, 2 * at), word(first, 2 * at + 1)));
}

/// The share of one of `threads` threads, from `at` on.
__device__ void copy_share(const Pair* from, Pair* to, std::uint64_t count, std::uint64_t at,
                           std::uint64_t threads) {
  for (; at + (in_flight - 1) * threads < count; at += in_flight * threads) {
    Pair some[in_flight];
#pragma unroll
    for (int i = 0; i < in_flight; ++i) some[i] = __ldcs(from + at + i * threads);
#pragma unroll
    for (int i = 0; i < in_flight; ++i) __stcs(to + at + i * threads, some[i]);
  }
  for (; at < count; at += threads) to[at] = from[at];
}

__global__ void __launch_bounds__(block_threads)
    copy(const Pair* from, Pair* to, std::uint64_t count) {
  copy_share(from, to, count, own_thread(), all_threads());
}

/// Even blocks copy the first, odd ones the second; there are as many of either.
__global__ void __launch_bounds__(block_threads)
    copy_both(const Pair* from, Pair* to, const Pair* from_other, Pair* to_other,
              std::uint64_t count) {
  const std::uint64_t at = static_cast<std::uint64_t>(blockIdx.x / 2) * block_threads + threadIdx.x;
  const std::uint64_t threads = all_threads() / 2;
  if (blockIdx.x % 2 == 0)
    copy_share(from, to, count, at, threads);
  else
    copy_share(from_other, to_other, count, at, threads);
}

__global__ void __launch_bounds__(block_threads)
    compare(const std::uint64_t* words, std::uint64_t count, std::uint64_t first,
            WrongWords* wrong) {
  for (std::uint64_t at = own_thread(); at < count; at += all_threads()) {
    if (words[at] == word(first, at)) continue;
    atomicAdd(reinterpret_cast<unsigned long long*>(&wrong->count), 1ULL);
    atomicMin(reinterpret_cast<unsigned long long*>(&wrong->first),
              static_cast<unsigned long long>(at));
  }
}

__global__ void chase(const std::byte* lines, std::uint32_t* line, std::uint32_t steps) {
  std::uint32_t at = *line;
  for (std::uint32_t step = 0; step < steps; ++step)
    at = __ldcg(reinterpret_cast<const std::uint32_t*>(lines + at * chain_line_bytes));
  *line = at;
}

/// As many blocks as run at once, so that each thread has its share from the beginning; an even
/// number.
template <class... Arguments>
cudaError_t start(void (*kernel)(Arguments...), cudaStream_t stream, Arguments... arguments) {
  int device = 0;
  int multiprocessors = 0;
  int blocks = 0;
  cudaError_t status = cudaGetDevice(&device);
  if (status == cudaSuccess)
    status = cudaDeviceGetAttribute(&multiprocessors, cudaDevAttrMultiProcessorCount, device);
  if (status == cudaSuccess)
    status = cudaOccupancyMaxActiveBlocksPerMultiprocessor(
        &blocks, reinterpret_cast<const void*>(kernel), block_threads, 0);
  if (status != cudaSuccess) return status;
  void* pointers[] = {&arguments...};
  const int even = std::max(2, blocks * multiprocessors / 2 * 2);
  return cudaLaunchKernel(reinterpret_cast<const void*>(kernel), dim3{static_cast<unsigned>(even)},
                          dim3{block_threads}, pointers, 0, stream);
}

}  // namespace

cudaError_t start_read(const void* words, std::uint64_t count, std::uint64_t* sum,
                       cudaStream_t stream) noexcept {
  return start(read, stream, static_cast<const Pair*>(words), count / 2,
               reinterpret_cast<unsigned long long*>(sum));
}

cudaError_t start_write(void* words, std::uint64_t count, std::uint64_t first,
                        cudaStream_t stream) noexcept {
  return start(write, stream, static_cast<Pair*>(words), count / 2, first);
}

cudaError_t start_copy(const void* from, void* to, std::uint64_t count,
                       cudaStream_t stream) noexcept {
  return start(copy, stream, static_cast<const Pair*>(from), static_cast<Pair*>(to), count / 2);
}

cudaError_t start_copies(WordCopy one, WordCopy other, std::uint64_t count,
                         cudaStream_t stream) noexcept {
  return start(copy_both, stream, static_cast<const Pair*>(one.from), static_cast<Pair*>(one.to),
               static_cast<const Pair*>(other.from), static_cast<Pair*>(other.to), count / 2);
}

cudaError_t start_compare(const void* words, std::uint64_t count, std::uint64_t first,
                          WrongWords* wrong, cudaStream_t stream) noexcept {
  return start(compare, stream, static_cast<const std::uint64_t*>(words), count, first, wrong);
}

cudaError_t start_chase(const void* lines, std::uint32_t* line, std::uint32_t steps,
                        cudaStream_t stream) noexcept {
  void* arguments[] = {&lines, &line, &steps};
  return cudaLaunchKernel(reinterpret_cast<const void*>(chase), dim3{1}, dim3{1}, arguments, 0,
                          stream);
}

}  // namespace assay::benchmarks::gpu_memory
