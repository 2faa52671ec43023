#pragma once

// The loops, compiled once for each instruction set by the sources beside this file. See
// kernel_table.hpp for why everything is in an unnamed namespace and nothing standard is included
// but C's headers of types.
#include <stddef.h>
#include <stdint.h>

#include "collectives/reduction/arithmetic.hpp"
#include "collectives/reduction/kernel_table.hpp"
#include "collectives/reduction/narrow_float.hpp"
#include "collectives/reduction/stores.hpp"

namespace assay::collectives::reduction {

namespace {

/// What is combined at a time before any of it is written, so that it stays in the nearest cache.
constexpr size_t tile_bytes = 4096;

/// result[i] = left[i] (+) right[i], where `left` and `result` hold Format's stored or wide values.
template <class Format, class Op, class Result, class Left>
void combine(Result* result, const Left* left, const typename Format::Stored* right, size_t count) {
  // The result may be one of the operands but overlaps them in no other way: no iteration reads
  // what another one writes.
#pragma GCC ivdep
  for (size_t i = 0; i < count; ++i)
    Format::put(Op::apply(Format::widen(left[i]), Format::widen(right[i])), result[i]);
}

template <class Format, class Op>
void reduce(void* result, const void* left, const void* right, size_t count) noexcept {
  using Stored = typename Format::Stored;
  combine<Format, Op>(static_cast<Stored*>(result), static_cast<const Stored*>(left),
                      static_cast<const Stored*>(right), count);
}

/// Writes `bytes` of `source` to each result, `offset` bytes from its beginning.
inline void write(void* const* results, size_t result_count, size_t offset, const void* source,
                  size_t bytes, bool streaming) {
  for (size_t k = 0; k < result_count; ++k) {
    char* result = static_cast<char*>(results[k]) + offset;
    if (result == source) continue;
    if (streaming)
      stream(result, source, bytes);
    else
      __builtin_memcpy(result, source, bytes);
  }
}

/// The first tile ends where a line of the first result does, so that the others are whole lines
/// of it; a tile is never empty.
inline size_t first_tile(const void* result, size_t element_bytes, size_t elements) {
  const size_t distance = bytes_to_line(result) / element_bytes;
  return distance > 0 ? distance : elements;
}

inline void copy_many(void* const* results, size_t result_count, const void* source, size_t bytes,
                      bool streaming) {
  size_t tile = first_tile(results[0], 1, tile_bytes);
  for (size_t done = 0; done < bytes; done += tile, tile = tile_bytes) {
    if (tile > bytes - done) tile = bytes - done;
    write(results, result_count, done, static_cast<const char*>(source) + done, tile, streaming);
  }
}

template <class Format, class Op>
void reduce_many(void* const* results, size_t result_count, const void* const* sources,
                 size_t source_count, size_t count, bool streaming) noexcept {
  using Stored = typename Format::Stored;
  using Wide = typename Format::Wide;
  if (result_count == 0 || source_count == 0) return;
  if (source_count == 2 && result_count == 1 && !streaming)
    return reduce<Format, Op>(results[0], sources[0], sources[1], count);
  if (source_count == 1) {
    copy_many(results, result_count, sources[0], count * sizeof(Stored), streaming);
  } else {
    constexpr size_t tile_elements = tile_bytes / sizeof(Wide);
    alignas(line_bytes) Wide partial[tile_elements];
    alignas(line_bytes) Stored total[tile_elements];
    size_t tile = first_tile(results[0], sizeof(Stored), tile_elements);
    for (size_t done = 0; done < count; done += tile, tile = tile_elements) {
      if (tile > count - done) tile = count - done;
      const auto source = [=](size_t k) { return static_cast<const Stored*>(sources[k]) + done; };
      Stored* out = streaming ? total : static_cast<Stored*>(results[0]) + done;
      if (source_count == 2) {
        combine<Format, Op>(out, source(0), source(1), tile);
      } else {
        combine<Format, Op>(partial, source(0), source(1), tile);
        for (size_t k = 2; k + 1 < source_count; ++k)
          combine<Format, Op>(partial, partial, source(k), tile);
        combine<Format, Op>(out, partial, source(source_count - 1), tile);
      }
      write(results, result_count, done * sizeof(Stored), out, tile * sizeof(Stored), streaming);
    }
  }
  if (streaming) finish_streaming();
}

template <class Format>
void multiply(void* result, const void* source, int factor, size_t count) noexcept {
  auto* out = static_cast<typename Format::Stored*>(result);
  const auto* in = static_cast<const typename Format::Stored*>(source);
  const auto wide_factor = static_cast<typename Format::Wide>(factor);
#pragma GCC ivdep
  for (size_t i = 0; i < count; ++i)
    Format::put(Product::apply(Format::widen(in[i]), wide_factor), out[i]);
}

template <class Format>
void divide(void* result, const void* source, int divisor, size_t count) noexcept {
  auto* out = static_cast<typename Format::Stored*>(result);
  const auto* in = static_cast<const typename Format::Stored*>(source);
#pragma GCC ivdep
  for (size_t i = 0; i < count; ++i) Format::put(divided(Format::widen(in[i]), divisor), out[i]);
}

template <class Format, class Op>
constexpr Kernels make_kernels() {
  return {reduce<Format, Op>, reduce_many<Format, Op>, multiply<Format>, divide<Format>};
}

template <class Format>
constexpr KernelRow make_row() {
  return {{make_kernels<Format, Sum>(), make_kernels<Format, Product>(),
           make_kernels<Format, Max>(), make_kernels<Format, Min>()}};
}

constexpr KernelTable make_kernel_table() {
  return {{make_row<Plain<int8_t>>(), make_row<Plain<uint8_t>>(), make_row<Plain<int32_t>>(),
           make_row<Plain<uint32_t>>(), make_row<Plain<int64_t>>(), make_row<Plain<uint64_t>>(),
           make_row<Float16>(), make_row<Plain<float>>(), make_row<Plain<double>>(),
           make_row<Bfloat16>(), make_row<Float8E4m3>(), make_row<Float8E5m2>()},
          copy_streaming};
}

}  // namespace

}  // namespace assay::collectives::reduction
