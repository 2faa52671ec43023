#pragma once

// Code that runs on a device under nvcc and, the very same, on host threads elsewhere.
#if defined(__CUDACC__)
#define ASSAY_DEVICE __device__
#define ASSAY_UNROLL _Pragma("unroll")
#else
#define ASSAY_DEVICE
#define ASSAY_UNROLL
#endif
