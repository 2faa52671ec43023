#include "core/printable.hpp"

#include <array>
#include <cstddef>

namespace assay {

namespace {

/// Bytes of the mark that turns the direction of writing, or breaks the line, at the beginning of
/// `text`; 0: there is none.
std::size_t direction_mark(std::string_view text) {
  constexpr std::array<std::string_view, 14> marks{"\u061C", "\u200E", "\u200F", "\u2028", "\u2029",
                                                   "\u202A", "\u202B", "\u202C", "\u202D", "\u202E",
                                                   "\u2066", "\u2067", "\u2068", "\u2069"};
  for (const auto mark : marks)
    if (text.starts_with(mark)) return mark.size();
  return 0;
}

}  // namespace

std::string printable(std::string_view text) {
  constexpr unsigned char first_printable = ' ';
  constexpr unsigned char deletion = 0x7F;
  // In UTF-8 the control characters 0x80 to 0x9F are two bytes, of which this is the first.
  constexpr unsigned char second_set = 0xC2;
  constexpr unsigned char second_set_end = 0xA0;
  std::string result;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    const auto next = i + 1 < text.size() ? static_cast<unsigned char>(text[i + 1]) : 0U;
    if (byte == '\n' || byte == '\t') {
      result += ' ';
    } else if (byte < first_printable || byte == deletion) {
      result += '?';
    } else if (byte == second_set && next < second_set_end) {
      result += '?';
      ++i;
    } else if (const auto length = direction_mark(text.substr(i)); length > 0) {
      result += '?';
      i += length - 1;
    } else {
      result += text[i];
    }
  }
  return result;
}

}  // namespace assay
