#pragma once

#include <string>

#include "results/compare/compare.hpp"

namespace assay::results {

/// "2 of 40 cells slower, 1 faster, 7 unclear, 30 same; worst +5.2 % all_reduce/..."
[[nodiscard]] std::string summary_of(const Comparison& comparison);

/// What differs beside the build, then a line a cell, then the summary.
[[nodiscard]] std::string render_text(const Comparison& comparison);

/// For a comment on a pull request: the summary, what differs, a table of what changed or is
/// unclear, and the rest folded away.
[[nodiscard]] std::string render_markdown(const Comparison& comparison);

/// Cells as test cases: a slower one is a failure, an unclear one is skipped (with `strict` an
/// error). Valid by the same schemas as junit_xml.
[[nodiscard]] std::string render_junit(const Comparison& comparison, bool strict);

/// All of it.
[[nodiscard]] std::string render_json(const Comparison& comparison);

}  // namespace assay::results
