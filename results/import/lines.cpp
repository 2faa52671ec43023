#include "results/import/lines.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>

namespace assay::results {

namespace {

constexpr std::string_view blanks = " \t";

bool is_digit(char byte) { return byte >= '0' && byte <= '9'; }

std::size_t digits_at(std::string_view text, std::size_t from) {
  std::size_t end = from;
  while (end < text.size() && is_digit(text[end])) ++end;
  return end - from;
}

/// "[1,0]<stdout>:" and "[1,0]<stderr>:"
std::string_view without_tag(std::string_view text) {
  if (!text.starts_with('[')) return text;
  const std::size_t job = digits_at(text, 1);
  if (job == 0 || text.substr(1 + job, 1) != ",") return text;
  const std::size_t rank = digits_at(text, job + 2);
  std::string_view rest = text.substr(std::min(text.size(), job + 2 + rank));
  if (rank == 0) return text;
  for (const std::string_view tag : {"]<stdout>:", "]<stderr>:"}) {
    if (!rest.starts_with(tag)) continue;
    rest.remove_prefix(tag.size());
    return rest;
  }
  return text;
}

/// "0: "
std::string_view without_task(std::string_view text) {
  const auto begin = std::min(text.find_first_not_of(' '), text.size());
  const std::size_t digits = digits_at(text, begin);
  if (digits == 0 || text.substr(begin + digits, 2) != ": ") return text;
  return text.substr(begin + digits + 2);
}

template <class Number>
std::optional<Number> all_of_it(std::string_view word) {
  Number value{};
  const auto [end, problem] = std::from_chars(word.data(), word.data() + word.size(), value);
  if (problem != std::errc{} || end != word.data() + word.size()) return std::nullopt;
  return value;
}

}  // namespace

std::string LogLine::place() const { return fmt::format("line {}", number); }

std::vector<LogLine> lines_of(std::string_view text) {
  std::vector<LogLine> lines;
  for (int number = 1; !text.empty(); ++number) {
    const auto end = text.find('\n');
    std::string_view line = text.substr(0, end);
    if (line.ends_with('\r')) line.remove_suffix(1);
    lines.push_back({number, without_task(without_tag(line)), end != std::string_view::npos});
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  }
  return lines;
}

std::vector<std::string_view> words_of(std::string_view text) {
  std::vector<std::string_view> words;
  while (true) {
    const auto begin = text.find_first_not_of(blanks);
    if (begin == std::string_view::npos) return words;
    const auto end = std::min(text.find_first_of(blanks, begin), text.size());
    words.push_back(text.substr(begin, end - begin));
    text.remove_prefix(end);
  }
}

std::vector<std::string_view> titles_of(std::string_view text) {
  std::vector<std::string_view> titles;
  for (const std::string_view word : words_of(text)) {
    const bool follows =
        !titles.empty() && titles.back().end() + 1 == word.begin() && *titles.back().end() == ' ';
    if (follows)
      titles.back() = {titles.back().begin(), word.end()};
    else
      titles.push_back(word);
  }
  return titles;
}

std::optional<double> decimal(std::string_view word) {
  if (word.empty() || !is_digit(word[0])) return std::nullopt;
  const auto value = all_of_it<double>(word);
  if (!value || !std::isfinite(*value)) return std::nullopt;
  return value;
}

std::optional<std::uint64_t> whole_number(std::string_view word) {
  if (word.empty() || !is_digit(word[0])) return std::nullopt;
  return all_of_it<std::uint64_t>(word);
}

bool agrees(double printed, double expected) {
  constexpr double half_of_second_decimal = 0.00501;
  constexpr double share = 0.01;
  return std::abs(printed - expected) <= half_of_second_decimal + share * std::abs(expected);
}

}  // namespace assay::results
