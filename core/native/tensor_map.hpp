#pragma once

#include <cuda.h>

#include <cstdint>
#include <source_location>
#include <string>

#include "core/native/cuda.hpp"

namespace assay::native {

/// A matrix of lines for tensor copies (TMA), in boxes of `box_lines` lines of 128 bytes that are
/// swizzled as CU_TENSOR_MAP_SWIZZLE_128B does. What lies beyond its end is copied as 0.
struct TensorMapShape {
  CUtensorMapDataType type = CU_TENSOR_MAP_DATA_TYPE_UINT8;
  std::uint64_t line_elements = 0;
  std::uint64_t lines = 0;
  std::uint64_t step_bytes = 0;  ///< from one line to the next; a multiple of 16
  std::uint32_t box_elements = 0;
  std::uint32_t box_lines = 0;  ///< up to 256
};

/// Throws  UnavailableError if the driver has no tensor maps; Error of exit code 2.
[[nodiscard]] inline CUtensorMap make_tensor_map(
    const void* data, const TensorMapShape& shape,
    std::source_location where = std::source_location::current()) {
  // The driver is loaded when the program runs, and asked for the call as it was in CUDA 12.0.
  constexpr unsigned version = 12000;
  void* address = nullptr;
  cudaDriverEntryPointQueryResult found{};
  check_cuda(cudaGetDriverEntryPointByVersion("cuTensorMapEncodeTiled", &address, version,
                                              cudaEnableDefault, &found),
             where);
  if (found != cudaDriverEntryPointSuccess || address == nullptr)
    throw UnavailableError{"the driver has no tensor maps; one of CUDA 12.0 or later will do"};
  const auto encode = reinterpret_cast<decltype(&cuTensorMapEncodeTiled)>(address);
  const std::uint64_t sizes[] = {shape.line_elements, shape.lines};
  const std::uint64_t steps[] = {shape.step_bytes};
  const std::uint32_t box[] = {shape.box_elements, shape.box_lines};
  const std::uint32_t every[] = {1, 1};
  CUtensorMap map{};
  const CUresult result =
      encode(&map, shape.type, 2, const_cast<void*>(data), sizes, steps, box, every,
             CU_TENSOR_MAP_INTERLEAVE_NONE, CU_TENSOR_MAP_SWIZZLE_128B,
             CU_TENSOR_MAP_L2_PROMOTION_L2_256B, CU_TENSOR_MAP_FLOAT_OOB_FILL_NONE);
  if (result != CUDA_SUCCESS)
    throw Error{"CUDA", static_cast<int>(result), "the driver refuses a tensor map", where,
                ExitCode::cuda};
  return map;
}

}  // namespace assay::native
