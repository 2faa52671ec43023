#pragma once

#include <filesystem>
#include <string>

#include "core/handle.hpp"

namespace assay::results {

/// A file descriptor that is closed with its owner.
struct FileTraits {
  using Native = int;
  [[nodiscard]] static Native null() noexcept { return -1; }
  static void destroy(Native file) noexcept;
};
using File = Handle<FileTraits>;

/// Writes `text` to `path` by way of a temporary file beside it: readers see the old or the new.
/// Throws  Error if it cannot be written; the old file then stands.
void write_whole_file(const std::filesystem::path& path, const std::string& text);

/// The same, but only where `path` does not exist yet: of several processes that try, one writes.
/// Returns  whether this call wrote it.
/// Throws   Error if it cannot be written.
[[nodiscard]] bool create_whole_file(const std::filesystem::path& path, const std::string& text);

/// Whether `write_whole_file` would work; leaves what is there as it is.
/// Throws  UsageError if it would not, or if `path` is something else than a file (a device would
///         be replaced, not written to).
void require_writable(const std::filesystem::path& path);

/// Throws  UsageError if the file cannot be read.
[[nodiscard]] std::string read_whole_file(const std::filesystem::path& path);

/// Hands all of `text` to the kernel.
/// Returns  0, or the error number (some of the text may then be in the file).
[[nodiscard]] int write_all(int file, const std::string& text) noexcept;

}  // namespace assay::results
