#pragma once

#include <filesystem>
#include <fstream>
#include <optional>
#include <string>
#include <vector>

namespace assay {

// Small files by which the kernel tells of a machine, in /proc and /sys. What is not there, or may
// not be read, is empty.

[[nodiscard]] std::string first_line(const std::filesystem::path& file);

/// The first word of the file as a `Value`.
template <class Value>
[[nodiscard]] std::optional<Value> first_value(const std::filesystem::path& file) {
  std::ifstream stream{file};
  Value value{};
  return stream >> value ? std::optional{value} : std::nullopt;
}

/// What is in a folder, by name.
[[nodiscard]] std::vector<std::filesystem::path> sorted_entries(
    const std::filesystem::path& folder);

}  // namespace assay
