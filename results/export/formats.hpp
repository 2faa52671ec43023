#pragma once

#include <string>

#include "results/export/exporter.hpp"

namespace assay::results {

// What the table of exporters points to; each in a file of its own.

/// Checks as test cases: a failed one is a failure, an inconclusive one an error, a skipped one
/// skipped, with the suspects in their messages. Valid by the schemas of Ant's JUnit report and of
/// Jenkins' xUnit plugin.
/// Throws  UsageError if the run was not judged.
[[nodiscard]] std::string junit_xml(const JudgedRun& run);

/// Gauges in base units, one series for each setting (the last record of each), the verdict and its
/// suspects. Without time stamps, which node_exporter refuses.
[[nodiscard]] std::string prometheus_text(const JudgedRun& run);

/// Every sample as a repetition, and their median, mean and standard deviation as aggregates.
/// Throws  UsageError if no record has times.
[[nodiscard]] std::string google_benchmark_json(const JudgedRun& run);

/// The collectives of the run; times are medians.
/// Throws  UsageError if there are none.
[[nodiscard]] std::string nccl_tests_json(const JudgedRun& run);

/// RFC 4180. A column for each setting and figure that any record has; an empty cell is not known.
[[nodiscard]] std::string records_csv(const JudgedRun& run);

}  // namespace assay::results
