#include "results/text.hpp"

#include <algorithm>
#include <cstddef>
#include <sstream>

namespace assay::results {

namespace {

constexpr int gap = 2;

bool continues_code_point(char byte) { return (static_cast<unsigned char>(byte) & 0xC0) == 0x80; }

/// Bytes of `text` that fill at most `width` columns.
std::size_t bytes_within(std::string_view text, int width) {
  std::size_t at = 0;
  for (int column = 0; at < text.size() && column < width; ++column) {
    ++at;
    while (at < text.size() && continues_code_point(text[at])) ++at;
  }
  return at;
}

int widest(const Column& column) {
  int width = 0;
  for (const auto& cell : column.cells) width = std::max(width, columns(cell));
  return width;
}

int table_width(const std::vector<Column>& table) {
  int width = 0;
  for (const auto& column : table) width += gap + widest(column);
  return width;
}

void drop_to_width(std::vector<Column>& table, int width) {
  while (table.size() > 1 && table_width(table) > width) {
    table.erase(std::min_element(table.begin(), table.end(), [](const auto& a, const auto& b) {
      return a.priority < b.priority;
    }));
  }
}

std::string padded(const std::string& cell, int width, Column::Side side) {
  const std::string padding(static_cast<std::size_t>(std::max(0, width - columns(cell))), ' ');
  return side == Column::Side::left ? cell + padding : padding + cell;
}

std::string without_trailing_spaces(std::string line) {
  line.erase(line.find_last_not_of(' ') + 1);
  return line;
}

}  // namespace

int columns(std::string_view text) {
  return static_cast<int>(std::count_if(text.begin(), text.end(),
                                        [](char byte) { return !continues_code_point(byte); }));
}

std::string cut(std::string_view text, int width) {
  constexpr std::string_view more = "...";
  if (columns(text) <= width) return std::string{text};
  const int kept = std::max(0, width - columns(more));
  return std::string{text.substr(0, bytes_within(text, kept))} +
         std::string{more.substr(0, static_cast<std::size_t>(std::min(width, columns(more))))};
}

std::string wrap(std::string_view first, std::string_view text, int width) {
  const std::string indent(static_cast<std::size_t>(columns(first)), ' ');
  const int room = std::max(1, width - columns(first));
  std::istringstream words{std::string{text}};
  std::string result{first};
  int used = 0;
  for (std::string word; words >> word;) {
    if (used > 0 && used + 1 + columns(word) > room) {
      result += "\n" + indent;
      used = 0;
    }
    if (used > 0) {
      result += ' ';
      ++used;
    }
    for (; columns(word) > room - used; used = 0) {
      const auto fitting = bytes_within(word, room - used);
      result += word.substr(0, fitting) + "\n" + indent;
      word.erase(0, fitting);
    }
    result += word;
    used += columns(word);
  }
  return result + "\n";
}

std::string table(std::vector<Column> columns_of_table, int width) {
  drop_to_width(columns_of_table, width);
  std::string result;
  const std::size_t rows = columns_of_table.empty() ? 0 : columns_of_table.front().cells.size();
  for (std::size_t row = 0; row < rows; ++row) {
    std::string line;
    for (const auto& column : columns_of_table) {
      line += std::string(gap, ' ') + padded(column.cells[row], widest(column), column.side);
    }
    result += without_trailing_spaces(cut(line, width)) + "\n";
  }
  return result;
}

}  // namespace assay::results
