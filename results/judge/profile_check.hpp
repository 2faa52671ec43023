#pragma once

#include <string>
#include <vector>

#include "results/judge/part.hpp"
#include "results/profile.hpp"
#include "results/verdict.hpp"

namespace assay::results {

/// The source of an expectation that peers gave.
inline constexpr const char* by_peers = "peers";

/// True of a check that fails by a profile's figure (or arithmetic), whatever its peers do.
[[nodiscard]] bool failed_by_profile(const Check& check);

/// Adds a profile's word to a check that peers have been asked about: the first of `keys` that the
/// profile has a figure for. Below the floor fails; above the ceiling cannot be believed and is
/// inconclusive; a check that was skipped for want of peers passes between them. `finding` follows.
void apply_profile(const Profile* profile, const std::vector<std::string>& keys, Check& check,
                   Finding& finding);

}  // namespace assay::results
