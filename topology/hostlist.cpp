#include "topology/hostlist.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "core/error.hpp"

namespace assay::topology {

namespace {

[[noreturn]] void refuse(std::string_view text, std::string_view why) {
  throw UsageError{fmt::format("'{}' is no list of hosts: {}", text, why)};
}

/// Parts at commas outside of brackets.
std::vector<std::string_view> split_names(std::string_view text) {
  std::vector<std::string_view> names;
  std::size_t begin = 0;
  bool inside = false;
  for (std::size_t i = 0; i <= text.size(); ++i) {
    if (i < text.size() && text[i] == '[') {
      if (inside) refuse(text, "brackets within brackets");
      inside = true;
    } else if (i < text.size() && text[i] == ']') {
      if (!inside) refuse(text, "a bracket is closed that was not opened");
      inside = false;
    } else if (i == text.size() || (text[i] == ',' && !inside)) {
      names.push_back(text.substr(begin, i - begin));
      begin = i + 1;
    }
  }
  if (inside) refuse(text, "a bracket is not closed");
  return names;
}

std::uint64_t number(std::string_view text, std::string_view whole) {
  std::uint64_t value = 0;
  const auto [rest, problem] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (text.empty() || problem != std::errc{} || rest != text.data() + text.size())
    refuse(whole, fmt::format("'{}' is no number", text));
  return value;
}

/// "01-04" or "7".
void expand_span(std::string_view span, std::string_view whole, std::vector<std::string>& numbers) {
  const std::size_t dash = span.find('-');
  const std::string_view first = span.substr(0, dash);
  const std::string_view last = dash == std::string_view::npos ? first : span.substr(dash + 1);
  const std::uint64_t low = number(first, whole);
  const std::uint64_t high = number(last, whole);
  if (high < low) refuse(whole, fmt::format("'{}' runs backwards", span));
  if (high - low >= hosts_at_most) refuse(whole, fmt::format("'{}' are too many", span));
  for (std::uint64_t value = low; value <= high; ++value)
    numbers.push_back(fmt::format("{:0{}}", value, first.size()));
}

std::vector<std::string> expand_brackets(std::string_view inside, std::string_view whole) {
  std::vector<std::string> numbers;
  for (std::size_t begin = 0; begin <= inside.size();) {
    const std::size_t end = std::min(inside.find(',', begin), inside.size());
    expand_span(inside.substr(begin, end - begin), whole, numbers);
    begin = end + 1;
  }
  return numbers;
}

/// Each beginning with each ending.
std::vector<std::string> joined(const std::vector<std::string>& beginnings,
                                const std::vector<std::string>& endings, std::string_view whole) {
  if (beginnings.size() * endings.size() > hosts_at_most) refuse(whole, "too many hosts");
  std::vector<std::string> names;
  for (const std::string& beginning : beginnings)
    for (const std::string& ending : endings) names.push_back(beginning + ending);
  return names;
}

bool is_in_names(char letter) {
  return std::string_view{" \t=[]#\""}.find(letter) == std::string_view::npos;
}

std::vector<std::string> expand_name(std::string_view name) {
  if (name.empty()) refuse(name, "a name is empty");
  std::vector<std::string> names{""};
  while (!name.empty()) {
    const std::size_t open = std::min(name.find('['), name.size());
    const std::string_view plain = name.substr(0, open);
    if (!std::all_of(plain.begin(), plain.end(), is_in_names))
      refuse(name, "a name has letters that host names do not have");
    names = joined(names, {std::string{plain}}, name);
    if (open == name.size()) break;
    const std::size_t close = name.find(']', open);
    names = joined(names, expand_brackets(name.substr(open + 1, close - open - 1), name), name);
    name.remove_prefix(close + 1);
  }
  return names;
}

}  // namespace

std::vector<std::string> expand_hostlist(std::string_view text) {
  std::vector<std::string> hosts;
  for (const std::string_view name : split_names(text)) {
    const auto expanded = expand_name(name);
    if (hosts.size() + expanded.size() > hosts_at_most) refuse(text, "too many hosts");
    hosts.insert(hosts.end(), expanded.begin(), expanded.end());
  }
  return hosts;
}

}  // namespace assay::topology
