#pragma once

#include <string>

#include "results/verdict.hpp"

namespace assay::results {

/// A table with a line for each kind of check, in the judge's order: how many subjects passed,
/// failed and so on, and the worst figure beside what was expected of it. At most `width` columns
/// wide; what matters least goes first where that is too narrow.
[[nodiscard]] std::string checks_table(const Verdict& verdict, int width);

}  // namespace assay::results
