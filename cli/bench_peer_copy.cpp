#include "cli/bench_peer_copy.hpp"

#include "benchmarks/peer_copy/benchmark.hpp"
#include "cli/bench_collective.hpp"
#include "results/peer_matrix.hpp"
#include "results/redact.hpp"

namespace assay::cli {

using benchmarks::Job;

void bench_peer_copy(const BenchOptions& options, const Job& job,
                     const collectives::device::Placement& placement, RecordSink& sink) {
  benchmarks::PeerCopyOptions peers;
  peers.iterations = options.iterations;
  peers.deadline = options.common.deadline.value_or(default_deadline);
  auto records = sink.watched(
      "peer_copy", [&] { return benchmarks::measure_peer_copies(job, placement, peers); });
  for (const results::Record& record : records) sink.keep(record);
  results::Redactor redactor{job.identities};
  if (options.common.redact)
    for (results::Record& record : records) record = redactor.record(std::move(record));
  say(job, "{}", results::peer_matrices(records));
}

}  // namespace assay::cli
