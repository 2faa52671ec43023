#pragma once

// Included by units that are compiled for processors this one may not be. A function that such a
// unit shares with others (anything `inline` or a template with a common name, thus most of the
// standard library) may be kept from it by the linker and then runs everywhere, with instructions
// that not every processor has. So nothing but types here, and in kernels.hpp only functions that
// are private to each unit.
#include <stddef.h>

namespace assay::collectives::reduction {

using Kernel = void (*)(void* result, const void* left, const void* right, size_t count) noexcept;

inline constexpr int data_type_count = 4;
inline constexpr int reduce_op_count = 3;

/// The kernels of one instruction set, in the order of DataType and ReduceOp.
struct KernelTable {
  Kernel kernels[data_type_count][reduce_op_count];
};

extern const KernelTable baseline_kernels;
#if defined(__x86_64__)
extern const KernelTable avx2_kernels;
extern const KernelTable avx512_kernels;
#endif

}  // namespace assay::collectives::reduction
