#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/printable.hpp"

namespace assay::results {

/// Columns that `text` takes on a terminal (a code point each).
[[nodiscard]] int columns(std::string_view text);

using assay::printable;

/// `text`, cut to `width` columns and ended with "..." where it is longer.
[[nodiscard]] std::string cut(std::string_view text, int width);

/// `text` broken between words into lines of at most `width` columns; the first begins with
/// `first`, the others with as many spaces. Words that are longer than a line are broken.
[[nodiscard]] std::string wrap(std::string_view first, std::string_view text, int width);

/// One column of a table: its header and then one cell a row.
struct Column {
  enum class Side { left, right } side = Side::left;
  int priority = 0;  ///< where the width does not suffice, columns of low priority go first
  std::vector<std::string> cells;
};

/// The table with two spaces before each column, at most `width` columns wide.
[[nodiscard]] std::string table(std::vector<Column> columns, int width);

}  // namespace assay::results
