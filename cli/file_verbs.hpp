#pragma once

#include <CLI/CLI.hpp>
#include <span>
#include <string_view>

#include "cli/options.hpp"

namespace assay::cli {

/// A verb that looks at files only: no job, no MPI, nothing measured.
struct FileVerb {
  std::string_view name;
  std::string_view description;
  /// Adds the options to `app`; what it returns holds them, and runs the verb.
  FileWork (*add)(CLI::App& app);
};

[[nodiscard]] std::span<const FileVerb> file_verbs();

// The rows' functions, each in a file of its own.
[[nodiscard]] FileWork add_compare(CLI::App& app);
[[nodiscard]] FileWork add_export(CLI::App& app);
[[nodiscard]] FileWork add_import(CLI::App& app);
[[nodiscard]] FileWork add_report(CLI::App& app);
[[nodiscard]] FileWork add_topology(CLI::App& app);

}  // namespace assay::cli
