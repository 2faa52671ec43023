#include "cli/bench_self.hpp"

#include <fmt/format.h>

#include "benchmarks/matmul/digest.hpp"
#include "benchmarks/telemetry.hpp"

namespace assay::cli {

using benchmarks::Job;
using results::Record;

void bench_digest(const Job& job, RecordSink& sink) {
  say(job, "# {:>4} {:>13}  {:>12}  {:>16}  {:>7}  {:>9}  {:>6}\n", "rank", "arithmetic", "shape",
      "digest", "repeats", "deviating", "#wrong");
  for (const Record& record : benchmarks::measure_digests(job, {})) {
    sink.keep(record);
    const auto deviating = record.counters.find("deviating");
    say(job, "  {:>4} {:>13}  {:>12}  {:>16}  {:>7}  {:>9}  {:>6}\n", *record.rank,
        *record.algorithm, *record.shape, *record.digest, record.counters.at("repeats"),
        deviating == record.counters.end() ? "N/A" : std::to_string(deviating->second),
        record.wrong ? std::to_string(*record.wrong) : "N/A");
  }
}

void bench_inventory(const Job& job, RecordSink& sink) {
  for (const Record& record : benchmarks::Telemetry{job}.inventory()) {
    sink.keep(record);
    say(job, "{}{}\n", *record.host, record.device ? " " + *record.device : "");
    for (const auto& [name, text] : record.report.facts) say(job, "  {:<26} {}\n", name, text);
    for (const auto& [name, value] : record.report.readings)
      say(job, "  {:<26} {:.15g}\n", name, value);
  }
}

}  // namespace assay::cli
