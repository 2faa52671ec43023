#include "core/utf8.hpp"

#include <cstdint>

namespace assay {

namespace {

/// Of a sequence by its first byte: how many bytes follow, the first byte's own bits, and the
/// smallest code point that needs so many bytes.
struct Shape {
  std::size_t following;
  std::uint32_t bits;
  std::uint32_t least;
};

bool is_allowed(std::uint32_t point, std::uint32_t least) {
  constexpr std::uint32_t last = 0x10FFFF;
  const bool surrogate = point >= 0xD800 && point <= 0xDFFF;
  const bool non_character = point == 0xFFFE || point == 0xFFFF;
  return point >= least && point <= last && !surrogate && !non_character;
}

Shape shape_of(unsigned char first) {
  if (first < 0x80) return {0, first, 0};
  if ((first & 0xE0U) == 0xC0) return {1, first & 0x1FU, 0x80};
  if ((first & 0xF0U) == 0xE0) return {2, first & 0x0FU, 0x800};
  if ((first & 0xF8U) == 0xF0) return {3, first & 0x07U, 0x10000};
  return {0, 0xFFFF, 0};  // no first byte: never allowed
}

/// Bytes of the sequence at the beginning of `text`; 0: there is none.
std::size_t sequence_length(std::string_view text) {
  const Shape shape = shape_of(static_cast<unsigned char>(text[0]));
  if (text.size() <= shape.following) return 0;
  std::uint32_t point = shape.bits;
  for (std::size_t i = 1; i <= shape.following; ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    if ((byte & 0xC0U) != 0x80) return 0;
    point = point << 6 | (byte & 0x3FU);
  }
  return is_allowed(point, shape.least) ? shape.following + 1 : 0;
}

}  // namespace

std::string valid_utf8(std::string_view text) {
  std::string result;
  while (!text.empty()) {
    const std::size_t length = sequence_length(text);
    if (length == 0) {
      result += '?';
      text.remove_prefix(1);
      continue;
    }
    result += text.substr(0, length);
    text.remove_prefix(length);
  }
  return result;
}

}  // namespace assay
