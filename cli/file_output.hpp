#pragma once

#include <string>

namespace assay::cli {

/// Before the work is done: whether `file` can be written. Empty: standard output.
/// Throws  UsageError
void require_output(const std::string& file);

/// Writes all of `text`, to a file aside that is then renamed. Empty `file`: to standard output.
/// Throws  Error if it cannot be written; an older file then stands.
void write_output(const std::string& file, const std::string& text);

}  // namespace assay::cli
