#include "results/export/xml.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <chrono>

#include "core/utf8.hpp"
#include "results/text.hpp"

namespace assay::results {

namespace {

void append_escaped(std::string& result, std::string_view text) {
  for (const char byte : text) {
    switch (byte) {
      case '<':
        result += "&lt;";
        break;
      case '>':
        result += "&gt;";
        break;
      case '&':
        result += "&amp;";
        break;
      case '"':
        result += "&quot;";
        break;
      default:
        result += byte;
    }
  }
}

/// Of 0000-00-00T00:00:00 with other digits, whether there is such a day and time.
bool is_time(std::string_view text) {
  const auto number = [&](std::size_t from, std::size_t digits) {
    int value = 0;
    std::from_chars(text.data() + from, text.data() + from + digits, value);
    return value;
  };
  const std::chrono::year_month_day day{std::chrono::year{number(0, 4)},
                                        std::chrono::month{static_cast<unsigned>(number(5, 2))},
                                        std::chrono::day{static_cast<unsigned>(number(8, 2))}};
  constexpr int first_year = 1;  // XML Schema 1.0 has no year 0
  return day.ok() && number(0, 4) >= first_year && number(11, 2) < 24 && number(14, 2) < 60 &&
         number(17, 2) < 60;
}

}  // namespace

std::string xml_text(std::string_view text) {
  std::string result;
  while (true) {
    const auto end = text.find('\n');
    append_escaped(result, printable(valid_utf8(text.substr(0, end))));
    if (end == std::string_view::npos) return result;
    result += '\n';
    text.remove_prefix(end + 1);
  }
}

std::string xml_attribute(std::string_view text) {
  if (text.empty()) return "-";
  std::string result;
  append_escaped(result, printable(valid_utf8(text)));
  return result;
}

std::string timestamp_attribute(std::string_view utc) {
  constexpr std::string_view shape = "0000-00-00T00:00:00";
  if (utc.ends_with('Z')) utc.remove_suffix(1);
  const auto fits = [](char byte, char wanted) {
    return wanted == '0' ? byte >= '0' && byte <= '9' : byte == wanted;
  };
  if (!std::ranges::equal(utc, shape, fits) || !is_time(utc)) return "";
  return fmt::format(" timestamp=\"{}\"", utc);
}

}  // namespace assay::results
