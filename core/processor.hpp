#pragma once

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace assay {

/// Tells the core that this is a spin loop (frees the sibling hyper-thread, saves power).
inline void processor_relax() noexcept {
#if defined(__x86_64__)
  _mm_pause();
#elif defined(__aarch64__)
  asm volatile("yield" ::: "memory");
#endif
}

/// Bytes between two values that must not share a cache line (the adjacent-line prefetcher of x86
/// fetches pairs of 64-byte lines).
inline constexpr int cache_line_pair_bytes = 128;

/// Number of processors this process may run on (its affinity mask), at least 1.
[[nodiscard]] int usable_processors() noexcept;

}  // namespace assay
