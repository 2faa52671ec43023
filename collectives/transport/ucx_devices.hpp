#pragma once

#include <filesystem>
#include <set>
#include <string>

namespace assay::collectives {

/// The device of `devices` that a user means by `rail`: the one of this name, or, for an adapter
/// without its port (mlx5_0), its only one (mlx5_0:1). Errors name `host`; `root` is where the
/// system's files are looked for, in place of the root folder.
/// Throws  UsageError that names the devices there are; UnavailableError where the host has the
///         device and UCX leaves it out, as it does where the link is down.
[[nodiscard]] std::string find_ucx_device(const std::string& rail,
                                          const std::set<std::string>& devices,
                                          const std::string& host,
                                          const std::filesystem::path& root = "/");

}  // namespace assay::collectives
