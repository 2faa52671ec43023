#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace assay::results {

/// A line of a log.
struct LogLine {
  int number = 0;         ///< from 1 on
  std::string_view text;  ///< without its end and without what a launcher put before it
  /// False for the last line of a text that does not end with a line end: it may be cut off, and a
  /// number in it may have lost its last digits.
  bool whole = true;

  [[nodiscard]] std::string place() const;
};

/// Borrows `text`. What mpirun --tag-output ("[1,0]<stdout>:") and srun -l ("0: ") put before a
/// line is taken away.
[[nodiscard]] std::vector<LogLine> lines_of(std::string_view text);

/// Words between blanks.
[[nodiscard]] std::vector<std::string_view> words_of(std::string_view text);

/// Parts between two or more blanks, or tabs: titles of columns may hold single blanks.
[[nodiscard]] std::vector<std::string_view> titles_of(std::string_view text);

/// A plain decimal number from 0 on that takes all of `word`; none for anything else, NaN and
/// infinity among it.
[[nodiscard]] std::optional<double> decimal(std::string_view word);

/// The same of a whole number.
[[nodiscard]] std::optional<std::uint64_t> whole_number(std::string_view word);

/// Whether `printed` may be a rounded `expected`: within 1 % and half of the second decimal, which
/// is what these tools print of bandwidths.
[[nodiscard]] bool agrees(double printed, double expected);

}  // namespace assay::results
