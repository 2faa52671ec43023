#pragma once

// Included by units that are compiled for processors this one may not be. A function that such a
// unit shares with others (anything `inline` or a template with a common name, thus most of the
// standard library) may be kept from it by the linker and then runs everywhere, with instructions
// that not every processor has. So nothing but types here, and in the headers of loops beside this
// one only functions that are private to each unit.
#include <stddef.h>

namespace assay::collectives::reduction {

/// The functions of Reduction, with a pointer and a count where it has a span.
struct Kernels {
  void (*reduce)(void* result, const void* left, const void* right, size_t count) noexcept;
  void (*reduce_many)(void* const* results, size_t result_count, const void* const* sources,
                      size_t source_count, size_t count, bool streaming) noexcept;
  void (*multiply)(void* result, const void* source, int factor, size_t count) noexcept;
  void (*divide)(void* result, const void* source, int divisor, size_t count) noexcept;
};

inline constexpr int data_type_count = 12;
inline constexpr int kernel_op_count = 4;  ///< sum, prod, max and min; others begin with a sum

struct KernelRow {
  Kernels by_op[kernel_op_count];
};

/// The kernels of one instruction set, in the order of DataType and ReduceOp.
struct KernelTable {
  KernelRow by_type[data_type_count];
  void (*copy_streaming)(void* result, const void* source, size_t bytes) noexcept;
};

extern const KernelTable baseline_kernels;
#if defined(__x86_64__)
extern const KernelTable avx2_kernels;
extern const KernelTable avx512_kernels;
#endif

}  // namespace assay::collectives::reduction
