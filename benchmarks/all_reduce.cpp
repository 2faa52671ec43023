#include "benchmarks/all_reduce.hpp"

#include <fmt/format.h>

#include <numeric>

#include "benchmarks/buffer.hpp"
#include "benchmarks/measurement.hpp"
#include "collectives/baseline/mpi.hpp"
#include "collectives/metrics.hpp"

namespace assay::benchmarks {

using collectives::DataType;
using collectives::ReduceOp;
using results::Record;

class AllReduceBenchmark::Operation final : public TimedOperation {
 public:
  Operation(collectives::Collective& collective, DataType type, ReduceOp op, Bytes largest,
            int rank, int ranks)
      : collective_{collective},
        element_bytes_{info(type).bytes},
        pattern_{type, op, largest.value / element_bytes_, rank, ranks},
        input_{largest.value},
        output_{largest.value} {}

  void choose(Bytes size, bool in_place) {
    count_ = size.value / element_bytes_;
    in_place_ = in_place;
  }
  void prepare(std::uint64_t sample) override { pattern_.fill(source(), count_, sample); }
  collectives::ExecutionStatus run(Deadline deadline) noexcept override {
    return collective_.run(source(), output_.data(), count_, deadline);
  }
  std::optional<Mismatch> check(std::uint64_t sample) override {
    return pattern_.check(output_.data(), count_, sample);
  }

 private:
  [[nodiscard]] void* source() const noexcept { return in_place_ ? output_.data() : input_.data(); }

  collectives::Collective& collective_;
  std::size_t element_bytes_;
  Pattern pattern_;
  Buffer input_;
  Buffer output_;
  std::size_t count_ = 0;
  bool in_place_ = false;
};

AllReduceBenchmark::AllReduceBenchmark(const Job& job, const AllReduceVariant& variant,
                                       DataType type, ReduceOp op, Bytes largest)
    : job_{job},
      variant_{variant},
      type_{type},
      op_{op},
      members_(static_cast<std::size_t>(job.size())) {
  std::iota(members_.begin(), members_.end(), 0);
  if (variant.implementation == "mpi") {
    collective_ = collectives::make_mpi_all_reduce(job.world, type, op);
  } else {
    transport_ = make_transport(job, variant.transport, job.world);
    collective_ =
        collectives::make_collective(collectives::find_algorithm(variant.algorithm), {}, job.world,
                                     *transport_, type, op, executor_options(job, members_));
  }
  operation_ = std::make_unique<Operation>(*collective_, type, op, largest, job.rank(), job.size());
}

AllReduceBenchmark::~AllReduceBenchmark() = default;

Record AllReduceBenchmark::measure(Bytes size, bool in_place, const SamplerOptions& options) {
  job_.announce(fmt::format("all_reduce {} {} {} bytes", variant_.implementation,
                            variant_.algorithm, size.value));
  operation_->choose(size, in_place);
  Sampler sampler{job_.world, job_.alignment, job_.heartbeat};
  Record record;
  record.benchmark = "all_reduce";
  record.implementation = variant_.implementation;
  record.algorithm = variant_.algorithm;
  if (transport_) record.transport = transport_->name();
  record.dtype = info(type_).name;
  record.op = info(op_).name;
  record.size_bytes = size.value;
  record.ranks = job_.size();
  record.in_place = in_place;
  record.registered = false;
  describe(record, sampler.sample(*operation_, options), members_);
  add_bandwidth(record, collectives::all_reduce_bus_factor(job_.size()));
  return record;
}

Bytes all_reduce_memory(Bytes largest) { return largest * 4; }

}  // namespace assay::benchmarks
