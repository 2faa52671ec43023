#pragma once

#include <optional>
#include <string>
#include <vector>

#include "benchmarks/device.hpp"
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
  std::optional<int> iterations;  ///< samples of each kernel; absent: what a short time allows
  int in_a_row = 1;               ///< products that a sample is the mean of
  int confirmation = 0;           ///< goes into the records
  Seconds deadline{300.0};        ///< of one turn of a kernel
};

/// Kernels on the first GPU of each process, set up once, to be measured on all at the same time,
/// in turns. Times are the GPU's own (events); every result is checked: a kernel sums its rows,
/// which the host compares (gpu_matmul::Problem). Of a wrong result the elements of its first wrong
/// rows are counted, and one for each row after them. All members are collective.
class GpuMatmulBenchmark {
 public:
  /// Throws  UsageError where the memory is not free; UnavailableError; Error of exit code 2.
  GpuMatmulBenchmark(const Job& job, const collectives::device::Placement& placement,
                     const GpuMatmulOptions& options);

  /// Records on rank 0. Of `device` what GPUs need is set here.
  /// Throws  Error of exit code 2.
  [[nodiscard]] std::vector<results::Record> measure(DeviceOptions device);
  /// Of the kernels that there are the last one alone: the library's, where it is among them.
  void keep_last();
  /// Which kernels there are not, and why, of this rank's GPU.
  [[nodiscard]] const std::vector<std::string>& left_out() const { return left_out_; }

 private:
  const Job& job_;
  int device_ = 0;  ///< CUDA's number
  DeviceKernels kernels_;
  std::vector<std::string> left_out_;
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
/// And on the GPU, with what the chosen kernels need beside operands and result.
[[nodiscard]] Bytes gpu_matmul_device_bytes(gpu_matmul::OperandType type, const MatmulShape& shape,
                                            MatmulLayout layout, const gpu_matmul::Choice& choice);

/// A GpuMatmulBenchmark, measured once.
[[nodiscard]] GpuMatmulResult measure_gpu_matmul(const Job& job,
                                                 const collectives::device::Placement& placement,
                                                 const GpuMatmulOptions& options);

}  // namespace assay::benchmarks
