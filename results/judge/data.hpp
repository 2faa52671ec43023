#pragma once

#include "results/judge.hpp"

namespace assay::results {

/// Checks that devices computed what they should and that what arrived was what was sent, in pairs
/// and collectives; names the part that all wrong pairs have in common. One wrong element is
/// enough: there is no chance in it.
void judge_data(const Run& run, Verdict& verdict);

}  // namespace assay::results
