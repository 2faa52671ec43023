#pragma once

#include <cstdint>

#include "core/native/cuda.hpp"

namespace assay::benchmarks::gpu_memory {

// Kernels that do one thing with memory, 16 bytes a thread at a time, with as many blocks as the
// device has room for. Asynchronous; counts are of 8-byte words and even.

/// Adds the sum of the words to `*sum`, modulo 2^64.
[[nodiscard]] cudaError_t start_read(const void* words, std::uint64_t count, std::uint64_t* sum,
                                     cudaStream_t stream) noexcept;
/// Fills with the sequence that begins with `first` (sequence.hpp).
[[nodiscard]] cudaError_t start_write(void* words, std::uint64_t count, std::uint64_t first,
                                      cudaStream_t stream) noexcept;
[[nodiscard]] cudaError_t start_copy(const void* from, void* to, std::uint64_t count,
                                     cudaStream_t stream) noexcept;
/// Two such copies at once, each by every other block.
struct WordCopy {
  const void* from;
  void* to;
};
[[nodiscard]] cudaError_t start_copies(WordCopy one, WordCopy other, std::uint64_t count,
                                       cudaStream_t stream) noexcept;

/// What differs from the sequence.
struct WrongWords {
  std::uint64_t count = 0;
  std::uint64_t first = ~std::uint64_t{0};  ///< least index
};
/// Adds what it finds to `*wrong`.
[[nodiscard]] cudaError_t start_compare(const void* words, std::uint64_t count, std::uint64_t first,
                                        WrongWords* wrong, cudaStream_t stream) noexcept;

/// Lines that say which comes next, in their first 4 bytes.
inline constexpr std::uint64_t chain_line_bytes = 128;
/// One thread goes on `steps` lines from `*line`, each load waiting for the one before, and leaves
/// there where it came to.
[[nodiscard]] cudaError_t start_chase(const void* lines, std::uint32_t* line, std::uint32_t steps,
                                      cudaStream_t stream) noexcept;

}  // namespace assay::benchmarks::gpu_memory
