#include "benchmarks/matmul/digest.hpp"

#include <fmt/format.h>

#include "benchmarks/gathered_records.hpp"
#include "benchmarks/matmul/digest_vote.hpp"
#include "benchmarks/matmul/repeatable_product.hpp"
#include "core/clock.hpp"

namespace assay::benchmarks {

namespace {

using results::Record;

void compute(const Job& job, const RepeatableProduct& product, int repeats, RepeatedProduct& own) {
  const int flip_every = matmul_flip_every(job.faults, job.rank());
  for (int repeat = 0; repeat < repeats; ++repeat) {
    job.heartbeat.beats.fetch_add(1);
    const bool flip = flip_every > 0 && repeat % flip_every == flip_every - 1;
    const Seconds begin = steady_now();
    ProductBits bits = product.multiply(flip);
    own.add_repeat(std::move(bits), steady_now() - begin);
  }
  own.add_other(product.multiply_plainly());
}

}  // namespace

std::vector<Record> measure_digests(const Job& job, const DigestOptions& options) {
  job.announce("digest");
  const RepeatableProduct product{options.shape};
  const char* rounding = product.kernel().fused ? "fused" : "rounded twice";
  RepeatedProduct own{rounding};
  compute(job, product, options.repeats, own);
  Record record;
  record.benchmark = "digest";
  record.implementation = "assay";
  record.algorithm = rounding;
  record.dtype = "float32";
  record.size_bytes = options.shape.rows * options.shape.columns * sizeof(float);
  record.shape = name_of(options.shape);
  record.rank = job.rank();
  record.host = job.identity(job.rank()).host;
  record.device = "cpu";
  compare_products(job.world, {&own, 1}, {&record, 1});
  record.time = utc_timestamp();
  return gather_records(job.world, {record});
}

}  // namespace assay::benchmarks
