#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "results/run.hpp"
#include "results/verdict.hpp"

namespace assay::results {

/// A run folder with its verdict, where it has one.
struct JudgedRun {
  Run run;
  std::optional<Verdict> verdict;
};

/// One format that other tools read. `write` is pure.
struct Exporter {
  std::string_view name;
  std::string_view description;
  /// Throws  UsageError if the run has nothing for this format (says what it lacks).
  std::string (*write)(const JudgedRun& run);
};

/// Every exporter.
[[nodiscard]] std::span<const Exporter> exporters();

/// Throws  UsageError that lists the known names.
[[nodiscard]] const Exporter& find_exporter(std::string_view name);

/// Throws  UsageError as read_run does, or with the place in verdict.json.
[[nodiscard]] JudgedRun read_judged_run(const std::filesystem::path& directory);

}  // namespace assay::results
