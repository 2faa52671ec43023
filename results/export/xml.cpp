#include "results/export/xml.hpp"

#include "results/text.hpp"
#include "results/utf8.hpp"

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

std::string zoneless(std::string utc) {
  if (utc.ends_with('Z')) utc.pop_back();
  return utc;
}

}  // namespace assay::results
