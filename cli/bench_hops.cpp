#include "cli/bench_hops.hpp"

#include <sstream>
#include <string>

#include "benchmarks/hops.hpp"
#include "cli/bench_collective.hpp"
#include "results/hops.hpp"
#include "results/hops/picture.hpp"
#include "results/judge/subjects.hpp"
#include "results/redact.hpp"

namespace assay::cli {

namespace {

constexpr std::string_view comment = "# ";
constexpr int columns = 100;

/// As people call the ranks: by their hosts, where each is alone on one.
std::vector<std::string> names_of(const benchmarks::Job& job, bool redact) {
  results::Redactor redactor{job.identities};
  results::RunInfo info;
  info.ranks = job.identities;
  std::vector<std::string> names;
  for (const auto& rank : job.identities) {
    const bool by_host = results::one_rank_per_host(info);
    names.push_back(by_host ? (redact ? redactor.host(rank.host) : rank.host)
                            : std::to_string(rank.rank));
  }
  return names;
}

std::string commented(const std::string& text) {
  std::istringstream lines{text};
  std::string result;
  for (std::string line; std::getline(lines, line);) result += std::string{comment} + line + "\n";
  return result;
}

}  // namespace

void show_hops(const BenchOptions& options, const benchmarks::Job& job,
               const benchmarks::CollectiveVariant& variant, const benchmarks::CollectiveTask& task,
               const std::vector<Bytes>& sizes, RecordSink& sink) {
  if (variant.implementation != "assay" || variant.registered ||
      !benchmarks::has_hops(task.operation, variant.algorithm))
    return;
  benchmarks::HopOptions hops;
  hops.operation = task.operation;
  hops.elements = task.elements;
  hops.root = task.root;
  hops.algorithm = variant.algorithm;
  hops.transport = variant.transport;
  hops.deadline = options.common.deadline.value_or(default_deadline);
  for (const Bytes size : sizes) {
    hops.size = size;
    const auto record = benchmarks::measure_hops(job, hops);
    sink.keep(record);
    const auto findings = results::find_culprits(*record.trace);
    say(job, "# hops of {} {}, {} bytes\n{}", info(task.operation).name, variant.algorithm,
        *record.size_bytes,
        commented(results::hop_picture(*record.trace, findings,
                                       names_of(job, options.common.redact),
                                       columns - static_cast<int>(comment.size()))));
  }
}

}  // namespace assay::cli
