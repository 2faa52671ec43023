#pragma once

#include <map>
#include <string>

namespace assay::results {

/// Picks from `all` (as in environ, ended by a null pointer) what a run may keep of the
/// environment: the settings of the libraries and launchers that Assay stands on (NCCL_, UCX_,
/// OMPI_, SLURM_, ...). Left out even so: names that speak of secrets, and what launchers use to
/// find their own daemons (addresses, job keys, session folders).
[[nodiscard]] std::map<std::string, std::string> allowed_environment(const char* const* all);

}  // namespace assay::results
