#pragma once

#include <string>
#include <vector>

#include "benchmarks/gpu_matmul/choice.hpp"
#include "benchmarks/job.hpp"
#include "benchmarks/matmul/shape.hpp"
#include "collectives/device/placement.hpp"
#include "core/units.hpp"
#include "results/record.hpp"

namespace assay::benchmarks {

struct GpuMatmulOptions {
  gpu_matmul::Wanted wanted;
  gpu_matmul::OperandType type = gpu_matmul::OperandType::bfloat16;
  MatmulShape shape;
  MatmulLayout layout;
  int confirmation = 0;     ///< goes into the records
  Seconds deadline{300.0};  ///< of one turn of a kernel
};

struct GpuMatmulResult {
  std::vector<results::Record> records;  ///< on rank 0
  std::vector<std::string> left_out;     ///< why, of this rank's GPU
};

/// What a matmul's operands are; the same in the record (`operands`).
[[nodiscard]] std::string operand_distribution(gpu_matmul::OperandType type,
                                               const MatmulShape& shape);

/// Memory that it takes on the host, while it is set up.
[[nodiscard]] Bytes gpu_matmul_host_bytes(gpu_matmul::OperandType type, const MatmulShape& shape);
/// And on the GPU. With `cublaslt` its workspace, too.
[[nodiscard]] Bytes gpu_matmul_device_bytes(gpu_matmul::OperandType type, const MatmulShape& shape,
                                            MatmulLayout layout, bool cublaslt);

/// Multiplies on the first GPU of each process, on all at the same time, by the kernels that are
/// wanted, in turns. Times are the GPU's own (events); every result is checked: a kernel sums its
/// rows, which the host compares (gpu_matmul::Problem). Of a wrong result the elements of its first
/// wrong rows are counted, and one for each row after them. Collective.
/// Throws  UsageError where the memory is not free; UnavailableError; Error of exit code 2.
[[nodiscard]] GpuMatmulResult measure_gpu_matmul(const Job& job,
                                                 const collectives::device::Placement& placement,
                                                 const GpuMatmulOptions& options);

}  // namespace assay::benchmarks
