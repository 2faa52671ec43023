#include "results/checks_table.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <string_view>
#include <utility>
#include <vector>

#include "results/quantity.hpp"
#include "results/text.hpp"

namespace assay::results {

namespace {

using Checks = std::vector<const Check*>;

/// How good a check's figure is, in shares of what was expected: below 1 is worse.
double goodness(const Check& check) {
  constexpr double negligible = 1e-12;  // of a time in seconds; 0 wrong elements are as expected
  const double measured = check.measured->value;
  const double expected = check.expected ? check.expected->value : 1;
  if (less_is_better(check.measured->unit))
    return (expected + negligible) / (measured + negligible);
  return measured / expected;
}

/// Null where nothing was measured.
const Check* worst_of(const Checks& checks) {
  const Check* worst = nullptr;
  for (const Check* check : checks) {
    if (!check->measured) continue;
    if (worst != nullptr && worst->expected && !check->expected) continue;
    const bool better_informed = worst != nullptr && !worst->expected && check->expected;
    if (worst == nullptr || better_informed || goodness(*check) < goodness(*worst)) worst = check;
  }
  return worst;
}

std::string count_of(const Checks& checks, Status status) {
  const auto count = std::count_if(checks.begin(), checks.end(), [status](const Check* check) {
    return check->status == status;
  });
  return count == 0 ? "-" : std::to_string(count);
}

std::string figure(double value, const Check& check) {
  return printable(quantity(value, check.measured->unit));
}

/// Without the details: "arithmetic" of "arithmetic: lanes x rate".
std::string short_source(const Expected& expected) {
  return expected.source.substr(0, expected.source.find(':'));
}

struct Heading {
  Column::Side side;
  int priority;
  std::string_view text;
};
using enum Column::Side;
constexpr std::array headings{
    Heading{left, 9, "CHECK"},     Heading{right, 6, "pass"},    Heading{right, 8, "fail"},
    Heading{right, 7, "unclear"},  Heading{right, 2, "skipped"}, Heading{right, 5, "worst"},
    Heading{right, 4, "expected"}, Heading{left, 1, "where"},    Heading{left, 3, "expected from"}};
using Row = std::array<std::string, headings.size()>;

Row row_of(const Checks& group, int width) {
  // No single text may take the room of all the figures.
  const auto name = cut(printable(group.front()->name), width / 3);
  const auto short_text = [width](const std::string& text) {
    return cut(printable(text), width / 5);
  };
  const Check* worst = worst_of(group);
  const bool compared = worst != nullptr && worst->expected;
  return {name,
          count_of(group, Status::pass),
          count_of(group, Status::fail),
          count_of(group, Status::inconclusive),
          count_of(group, Status::skipped),
          worst == nullptr ? "-" : figure(worst->measured->value, *worst),
          compared ? figure(worst->expected->value, *worst) : "-",
          worst == nullptr ? "" : short_text(worst->subject),
          compared ? short_text(short_source(*worst->expected)) : ""};
}

/// By name, in the order in which the judge asked.
std::vector<Checks> groups_of(const Verdict& verdict) {
  std::vector<Checks> groups;
  std::map<std::string, std::size_t> places;
  for (const auto& check : verdict.checks) {
    const auto [place, is_new] = places.emplace(check.name, groups.size());
    if (is_new) groups.emplace_back();
    groups[place->second].push_back(&check);
  }
  return groups;
}

}  // namespace

std::string checks_table(const Verdict& verdict, int width) {
  std::vector<Column> columns;
  for (const auto& heading : headings) {
    columns.push_back({heading.side, heading.priority, {std::string{heading.text}}});
  }
  for (const auto& group : groups_of(verdict)) {
    const Row row = row_of(group, width);
    for (std::size_t i = 0; i < row.size(); ++i) columns[i].cells.push_back(row[i]);
  }
  return table(std::move(columns), width);
}

}  // namespace assay::results
