#pragma once

// Stores past the caches, with the widest that the unit is compiled for. Everything is private to
// the unit that includes it: kernel_table.hpp says why; immintrin.h's functions are always inlined.
#include <stddef.h>
#include <stdint.h>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace assay::collectives::reduction {

namespace {

constexpr size_t line_bytes = 64;

/// Bytes from `address` to the next cache line; 0 at its beginning.
inline size_t bytes_to_line(const void* address) {
  return (line_bytes - reinterpret_cast<uintptr_t>(address) % line_bytes) % line_bytes;
}

/// Whole lines: one that is written in parts costs the memory a read after all.
inline void stream_line(char* result, const char* source) {
#if defined(__AVX512F__)
  _mm512_stream_si512(reinterpret_cast<__m512i*>(result), _mm512_loadu_si512(source));
#elif defined(__AVX__)
  const auto* from = reinterpret_cast<const __m256i*>(source);
  auto* to = reinterpret_cast<__m256i*>(result);
  const __m256i low = _mm256_loadu_si256(from);
  const __m256i high = _mm256_loadu_si256(from + 1);
  _mm256_stream_si256(to, low);
  _mm256_stream_si256(to + 1, high);
#elif defined(__SSE2__)
  const auto* from = reinterpret_cast<const __m128i*>(source);
  auto* to = reinterpret_cast<__m128i*>(result);
  for (int i = 0; i < 4; ++i) _mm_stream_si128(to + i, _mm_loadu_si128(from + i));
#else
  __builtin_memcpy(result, source, line_bytes);
#endif
}

/// Writes `bytes` past the caches but for a beginning and an end that are not whole lines. Others
/// see them in order only after `finish_streaming`.
inline void stream(void* result, const void* source, size_t bytes) {
  auto* to = static_cast<char*>(result);
  const auto* from = static_cast<const char*>(source);
  const size_t distance = bytes_to_line(result);
  const size_t head = distance < bytes ? distance : bytes;
  __builtin_memcpy(to, from, head);
  size_t done = head;
  for (; bytes - done >= line_bytes; done += line_bytes) stream_line(to + done, from + done);
  __builtin_memcpy(to + done, from + done, bytes - done);
}

inline void finish_streaming() {
#if defined(__x86_64__)
  _mm_sfence();
#endif
}

inline void copy_streaming(void* result, const void* source, size_t bytes) noexcept {
  stream(result, source, bytes);
  finish_streaming();
}

}  // namespace

}  // namespace assay::collectives::reduction
