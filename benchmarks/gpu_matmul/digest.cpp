#include "benchmarks/gpu_matmul/digest.hpp"

#include <fmt/format.h>

#include <optional>

#include "benchmarks/gathered_records.hpp"
#include "benchmarks/gpu_matmul/launch.hpp"
#include "benchmarks/gpu_matmul/problem.hpp"
#include "benchmarks/gpu_matmul/repeated.hpp"
#include "benchmarks/gpu_timer.hpp"
#include "benchmarks/matmul/digest_vote.hpp"
#include "benchmarks/matmul/repeatable_product.hpp"
#include "collectives/together.hpp"
#include "core/clock.hpp"
#include "core/error.hpp"
#include "core/native/cuda.hpp"

namespace assay::benchmarks {

using collectives::device::Placement;
using gpu_matmul::Capability;
using gpu_matmul::OperandType;
using gpu_matmul::Rung;
using native::check_cuda;
using results::Record;

namespace {

/// Every kernel takes it as it is.
constexpr MatmulLayout layout{false, true};
constexpr std::string_view in_order_of_k = "register_blocked";
/// Among more, a majority is one without the plain loop, which takes the host some seconds.
constexpr int gpus_that_need_the_host = 2;

/// Of what the GPU computes.
struct Kernel {
  const Rung* rung = nullptr;
  OperandType type = OperandType::float32;
};

native::DeviceMemory upload(const std::vector<std::byte>& image) {
  native::DeviceMemory memory = native::allocate_device(image.size());
  check_cuda(cudaMemcpy(memory.get(), image.data(), image.size(), cudaMemcpyHostToDevice));
  return memory;
}

/// The product of a RepeatableProduct's operands on the current GPU.
class OnGpu {
 public:
  OnGpu(const RepeatableProduct& product, const Kernel& kernel)
      : shape_{product.shape()},
        a_{upload(operand_image(kernel.type, product.a(), shape_.rows, shape_.depth,
                                layout.a_by_columns))},
        b_{upload(operand_image(kernel.type, product.b(), shape_.depth, shape_.columns,
                                layout.b_by_columns))},
        c_{native::allocate_device(c_bytes())} {
    const std::size_t bytes = info(kernel.type).bytes;
    launch_ = prepare(
        *kernel.rung, kernel.type,
        {static_cast<std::int32_t>(shape_.rows), static_cast<std::int32_t>(shape_.columns),
         static_cast<std::int32_t>(shape_.depth),
         gpu_matmul::place(a_.get(), shape_.rows, shape_.depth, layout.a_by_columns, bytes),
         gpu_matmul::place(b_.get(), shape_.depth, shape_.columns, layout.b_by_columns, bytes),
         static_cast<float*>(c_.get()), static_cast<std::int64_t>(shape_.columns)},
        nullptr);
  }

  /// Its bits, and what the GPU took.
  [[nodiscard]] std::pair<ProductBits, Seconds> multiply() const {
    constexpr int never_written = 0xFF;  // NaN
    check_cuda(cudaMemsetAsync(c_.get(), never_written, c_bytes(), timer_.stream()));
    timer_.run(launch_);
    ProductBits bits;
    bits.elements.resize(shape_.rows * shape_.columns);
    check_cuda(cudaMemcpy(bits.elements.data(), c_.get(), c_bytes(), cudaMemcpyDeviceToHost));
    bits.digest = digest_of(bits.elements);
    return {std::move(bits), timer_.elapsed()};
  }

 private:
  [[nodiscard]] std::size_t c_bytes() const { return shape_.rows * shape_.columns * sizeof(float); }

  MatmulShape shape_;
  native::DeviceMemory a_;
  native::DeviceMemory b_;
  native::DeviceMemory c_;
  GpuTimer timer_;
  gpu_matmul::Launch launch_;
};

Capability capability_of(int device) {
  Capability capability;
  check_cuda(cudaDeviceGetAttribute(&capability.major, cudaDevAttrComputeCapabilityMajor, device));
  check_cuda(cudaDeviceGetAttribute(&capability.minor, cudaDevAttrComputeCapabilityMinor, device));
  return capability;
}

void require_free(const MatmulShape& shape, const std::string& gpu) {
  const std::size_t needed =
      sizeof(float) *
      (shape.rows * shape.depth + shape.depth * shape.columns + shape.rows * shape.columns);
  std::size_t free = 0;
  std::size_t total = 0;
  check_cuda(cudaMemGetInfo(&free, &total));
  if (free < needed)
    throw UsageError{fmt::format(
        "a repeated product needs {} MiB on GPU {}, and {} MiB are free: end what else uses it",
        needed >> 20, gpu, free >> 20)};
}

Record describe(const Job& job, const MatmulShape& shape, const Kernel& kernel,
                const std::string& device) {
  Record record;
  record.benchmark = "digest";
  record.implementation = "assay";
  record.algorithm = kernel.rung->name;
  record.memory = "device";
  record.dtype = info(kernel.type).name;
  record.size_bytes = shape.rows * shape.columns * sizeof(float);
  record.shape = name_of(shape);
  record.rank = job.rank();
  record.host = job.identity(job.rank()).host;
  record.device = device;
  return record;
}

}  // namespace

std::vector<Record> measure_gpu_digests(const Job& job, const Placement& placement,
                                        const GpuDigestOptions& options) {
  std::vector<RepeatedProduct> products;
  std::vector<Record> records;
  collectives::together(job.world, [&] {
    const RepeatableProduct product{options.shape};
    std::optional<ProductBits> plain;
    if (placement.ranks() <= gpus_that_need_the_host) plain = product.multiply_plainly(true);
    for (int i = 0; i < placement.per_process; ++i) {
      const int rank = placement.first_local() + i;
      const native::CurrentDevice current{placement.device(rank)};
      require_free(options.shape, placement.bus(rank));
      const Capability capability = capability_of(placement.device(rank));
      for (const Kernel& kernel :
           {Kernel{&gpu_matmul::find_rung(in_order_of_k), OperandType::float32},
            Kernel{gpu_matmul::best_rung(OperandType::bfloat16, capability),
                   OperandType::bfloat16}}) {
        if (kernel.rung == nullptr) continue;
        job.announce(fmt::format("digest {}", kernel.rung->name));
        job.heartbeat.deadline_ns.store(Deadline::after(options.deadline).nanoseconds());
        const OnGpu on_gpu{product, kernel};
        const bool in_order = kernel.rung->name == in_order_of_k;
        RepeatedProduct own{
            fmt::format("{} {}", kernel.rung->name, in_order ? "" : text_of(capability))};
        for (int repeat = 0; repeat < options.repeats; ++repeat) {
          job.heartbeat.beats.fetch_add(1);
          auto [bits, elapsed] = on_gpu.multiply();
          own.add_repeat(std::move(bits), elapsed);
        }
        if (in_order && plain) own.add_other(*plain);
        products.push_back(std::move(own));
        records.push_back(describe(job, options.shape, kernel, placement.device_name(rank)));
      }
      job.heartbeat.deadline_ns.store(0);
    }
  });
  compare_products(job.world, products, records);
  for (Record& record : records) record.time = utc_timestamp();
  return gather_records(job.world, records);
}

}  // namespace assay::benchmarks
