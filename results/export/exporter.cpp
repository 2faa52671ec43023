#include "results/export/exporter.hpp"

#include <fmt/format.h>

#include <array>

#include "core/error.hpp"
#include "core/named.hpp"
#include "results/export/formats.hpp"
#include "results/files.hpp"

namespace assay::results {

namespace {

constexpr std::array table{
    Exporter{"junit", "JUnit XML, a test case for each check of the verdict", junit_xml},
    Exporter{"prometheus", "text for node_exporter's textfile collector", prometheus_text},
    Exporter{"google-benchmark", "JSON that Google Benchmark's compare.py reads",
             google_benchmark_json},
    Exporter{"nccl-tests", "the JSON that nccl-tests writes with -J", nccl_tests_json},
    Exporter{"csv", "a line for each record, for spreadsheets", records_csv},
};

}  // namespace

std::span<const Exporter> exporters() { return table; }

const Exporter& find_exporter(std::string_view name) { return find_named(table, name, "format"); }

JudgedRun read_judged_run(const std::filesystem::path& directory) {
  JudgedRun judged{read_run(directory), std::nullopt};
  const auto file = directory / "verdict.json";
  if (!std::filesystem::exists(file)) return judged;
  try {
    judged.verdict = parse_verdict(read_whole_file(file));
  } catch (const UsageError& problem) {
    throw UsageError{fmt::format("{}: {}", file.string(), problem.what())};
  }
  return judged;
}

}  // namespace assay::results
