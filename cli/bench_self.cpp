#include "cli/bench_self.hpp"

#include <fmt/format.h>

#include "benchmarks/gpu_matmul/digest.hpp"
#include "benchmarks/matmul/digest.hpp"
#include "benchmarks/telemetry.hpp"
#include "cli/bench_collective.hpp"

namespace assay::cli {

using benchmarks::Job;
using results::Record;

namespace {

void show_digests(const Job& job, const std::vector<Record>& records, RecordSink& sink) {
  say(job, "# {:>4} {:>6} {:>16}  {:>14}  {:>16}  {:>7}  {:>9}  {:>6}\n", "rank", "device",
      "arithmetic", "shape", "digest", "repeats", "deviating", "#wrong");
  for (const Record& record : records) {
    sink.keep(record);
    const auto deviating = record.counters.find("deviating");
    say(job, "  {:>4} {:>6} {:>16}  {:>14}  {:>16}  {:>7}  {:>9}  {:>6}\n", *record.rank,
        *record.device, *record.algorithm, *record.shape, *record.digest,
        record.counters.at("repeats"),
        deviating == record.counters.end() ? "N/A" : std::to_string(deviating->second),
        record.wrong ? std::to_string(*record.wrong) : "N/A");
  }
}

}  // namespace

void bench_digest(const BenchOptions& options, const Job& job, RecordSink& sink) {
  benchmarks::DigestOptions digest;
  digest.repeats = options.iterations.value_or(digest.repeats);
  show_digests(
      job, sink.watched("digest", [&] { return benchmarks::measure_digests(job, digest); }), sink);
}

void bench_gpu_digest(const BenchOptions& options, const Job& job,
                      const collectives::device::Placement& placement, RecordSink& sink) {
  benchmarks::GpuDigestOptions digest;
  digest.repeats = options.iterations.value_or(digest.repeats);
  digest.deadline = options.common.deadline.value_or(default_deadline);
  show_digests(
      job,
      sink.watched("digest",
                   [&] { return benchmarks::measure_gpu_digests(job, placement, digest); }),
      sink);
}

void bench_inventory(const Job& job, RecordSink& sink) {
  sink.warn_of_parts();
  for (const Record& record : benchmarks::Telemetry{job}.inventory()) {
    sink.keep(record);
    say(job, "{}{}\n", *record.host, record.device ? " " + *record.device : "");
    for (const auto& [name, text] : record.report.facts) say(job, "  {:<26} {}\n", name, text);
    for (const auto& [name, value] : record.report.readings)
      say(job, "  {:<26} {:.15g}\n", name, value);
  }
}

}  // namespace assay::cli
