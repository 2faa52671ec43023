#pragma once

#include <map>
#include <string>

namespace assay::cli {

/// "0.1.0".
[[nodiscard]] std::string version();
/// Name and version of every library compiled in.
[[nodiscard]] std::map<std::string, std::string> libraries();
/// For `--version`: version, backends, libraries.
[[nodiscard]] std::string version_text();
/// A word that differs between different builds: the linker's build id, or else a hash of the
/// running program's file, which is read for it.
[[nodiscard]] std::string build_fingerprint();

}  // namespace assay::cli
