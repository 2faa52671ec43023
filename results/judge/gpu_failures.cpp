#include "results/judge/gpu_failures.hpp"

#include <fmt/format.h>

#include <utility>

#include "results/judge/gpu_fleet.hpp"

namespace assay::results {

void judge_gpu_failures(const Run& run, Verdict& verdict) {
  for (const Record& record : run.records) {
    if (record.benchmark != "gpu_failure" || !record.host || !record.device) continue;
    Check check = gpu_check("gpu/works", record);
    fail(check, record, "hardware",
         fmt::format("given up in {}: {}", record.algorithm.value_or("a stage"),
                     fact_of(record, "lost").value_or("CUDA fails")),
         verdict, 1.0);
    verdict.checks.push_back(std::move(check));
  }
}

}  // namespace assay::results
