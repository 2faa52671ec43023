#include "collectives/reduction/kernels.hpp"

namespace assay::collectives::reduction {

constinit const KernelTable avx512_kernels = make_kernel_table();

}  // namespace assay::collectives::reduction
