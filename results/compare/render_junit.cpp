#include <fmt/format.h>

#include "results/compare/render.hpp"
#include "results/compare/wording.hpp"
#include "results/export/xml.hpp"

namespace assay::results {

namespace {

std::string message_of(const ComparedCell& cell) {
  return fmt::format("time {} ({}), {}{}{}", signed_percent(cell.deciding().change),
                     percent_range(cell.deciding()), both_medians(cell),
                     cell.reason.empty() ? "" : "; ", cell.reason);
}

std::string outcome_of(const ComparedCell& cell, bool strict) {
  const std::string message = xml_attribute(message_of(cell));
  if (cell.verdict == ChangeVerdict::slower)
    return fmt::format("      <failure type=\"slower\" message=\"{}\"></failure>\n", message);
  if (cell.verdict != ChangeVerdict::unclear) return "";
  if (strict)
    return fmt::format("      <error type=\"unclear\" message=\"{}\"></error>\n", message);
  return fmt::format("      <skipped message=\"{}\"/>\n", message);
}

std::string test_case(std::string_view group, const std::string& name, const std::string& outcome) {
  return fmt::format("    <testcase classname=\"{}\" name=\"{}\" time=\"0\">\n{}    </testcase>\n",
                     xml_attribute(group), xml_attribute(name), outcome);
}

}  // namespace

std::string render_junit(const Comparison& comparison, bool strict) {
  const std::size_t unclear = comparison.count(ChangeVerdict::unclear);
  std::string cases;
  for (const ComparedCell& cell : comparison.cells)
    cases += test_case(cell.settings.front().value, cell.name, outcome_of(cell, strict));
  for (const std::string& name : comparison.wrong)
    cases += test_case("wrong results", name,
                       "      <failure type=\"wrong\" message=\"results of the candidate are "
                       "wrong\"></failure>\n");
  std::string differences;
  for (const std::string& difference : comparison.differences) differences += difference + "\n";
  return fmt::format(
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n"
      "  <testsuite name=\"assay compare\" package=\"assay\" id=\"0\"{} "
      "hostname=\"localhost\" tests=\"{}\" failures=\"{}\" "
      "errors=\"{}\" skipped=\"{}\" time=\"0\">\n    <properties/>\n{}"
      "    <system-out>{}</system-out>\n    <system-err/>\n  </testsuite>\n</testsuites>\n",
      timestamp_attribute(comparison.start), comparison.cells.size() + comparison.wrong.size(),
      comparison.count(ChangeVerdict::slower) + comparison.wrong.size(), strict ? unclear : 0,
      strict ? 0 : unclear, cases, xml_text(differences + summary_of(comparison) + "\n"));
}

}  // namespace assay::results
