#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>

#include "topology/fabric.hpp"
#include "topology/fabric_builder.hpp"

namespace assay::topology {

namespace {

constexpr std::string_view blanks = " \t\r";

/// Several lines of the file where they are continued; without comments.
struct Line {
  int number = 0;  ///< of the first
  std::string text;
};

std::vector<Line> read_lines(std::string_view text) {
  std::vector<Line> lines;
  bool continued = false;
  int number = 0;
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = std::min(text.find('\n', begin), text.size());
    std::string_view line = text.substr(begin, end - begin);
    begin = end + 1;
    ++number;
    line = line.substr(0, line.find('#'));
    line = line.substr(0, line.find_last_not_of(blanks) + 1);
    const bool goes_on = !line.empty() && line.back() == '\\';
    if (goes_on) line.remove_suffix(1);
    if (!continued) lines.push_back({number, ""});
    lines.back().text += line;
    continued = goes_on;
  }
  return lines;
}

std::string lower_case(std::string_view text) {
  std::string lower;
  for (const char letter : text)
    lower += static_cast<char>(std::tolower(static_cast<unsigned char>(letter)));
  return lower;
}

/// What a line says: keys in lower case, each once.
std::map<std::string, std::string> read_keys(const Line& line) {
  constexpr std::array<std::string_view, 4> known{"switchname", "nodes", "switches", "linkspeed"};
  std::map<std::string, std::string> keys;
  const std::string_view text = line.text;
  for (std::size_t begin = text.find_first_not_of(blanks); begin < text.size();) {
    const std::size_t end = std::min(text.find_first_of(blanks, begin), text.size());
    const std::string_view word = text.substr(begin, end - begin);
    begin = text.find_first_not_of(blanks, end);
    const std::size_t sign = word.find('=');
    if (sign == std::string_view::npos || sign + 1 == word.size())
      refuse_line(line.number, fmt::format("'{}' is not KEY=VALUE", word));
    const std::string key = lower_case(word.substr(0, sign));
    if (std::find(known.begin(), known.end(), key) == known.end())
      refuse_line(line.number,
                  fmt::format("unknown key '{}'; known: SwitchName, Nodes, Switches, LinkSpeed",
                              word.substr(0, sign)));
    if (!keys.emplace(key, word.substr(sign + 1)).second)
      refuse_line(line.number, fmt::format("key '{}' stands there twice", word.substr(0, sign)));
  }
  return keys;
}

}  // namespace

Fabric parse_slurm_topology(std::string_view text) {
  FabricBuilder builder;
  for (const Line& line : read_lines(text)) {
    auto keys = read_keys(line);
    if (keys.empty()) continue;
    if (keys.count("switchname") == 0) refuse_line(line.number, "SwitchName= is missing");
    builder.add(keys["switchname"], keys["nodes"], keys["switches"], line.number);
  }
  return std::move(builder).build();
}

}  // namespace assay::topology
