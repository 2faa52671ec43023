#pragma once

#include <set>
#include <string>

namespace assay::collectives {

/// The device of `devices` that a user means by `rail`: the one of this name, or, for an adapter
/// without its port (mlx5_0), its only one (mlx5_0:1).
/// Throws  UsageError that names the devices there are.
[[nodiscard]] std::string find_ucx_device(const std::string& rail,
                                          const std::set<std::string>& devices);

}  // namespace assay::collectives
