#pragma once

#include <fmt/format.h>

#include <string>
#include <string_view>

#include "core/error.hpp"

namespace assay {

/// "ring, tree": the names of a table's rows, for help and error messages.
template <class Table>
[[nodiscard]] std::string names_in(const Table& table) {
  std::string names;
  for (const auto& row : table) names += fmt::format("{}{}", names.empty() ? "" : ", ", row.name);
  return names;
}

/// Throws UsageError: what there is of `what`, whereas `name` is not.
[[noreturn]] inline void refuse_name(std::string_view name, std::string_view what,
                                     std::string_view known) {
  throw UsageError{fmt::format("unknown {} '{}'; known: {}", what, name, known)};
}

/// The row of `table` called `name`; `what` says what the table holds.
/// Throws  UsageError that lists the known names.
template <class Table>
[[nodiscard]] const auto& find_named(const Table& table, std::string_view name,
                                     std::string_view what) {
  for (const auto& row : table)
    if (row.name == name) return row;
  refuse_name(name, what, names_in(table));
}

}  // namespace assay
