#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "core/error.hpp"
#include "results/export/formats.hpp"
#include "results/export/xml.hpp"
#include "results/quantity.hpp"

namespace assay::results {

namespace {

std::string host_of(const RunInfo& info) {
  return info.ranks.empty() || info.ranks[0].host.empty() ? "localhost" : info.ranks[0].host;
}

std::string suspect_lines(const Verdict& verdict) {
  std::string lines;
  for (const Suspect& suspect : verdict.suspects) {
    lines += fmt::format("suspect {} {}{}{}: {:.0f} % below what is expected, layer {}\n",
                         suspect.kind, suspect.name, suspect.peer ? " to " + *suspect.peer : "",
                         suspect.direction ? ", " + *suspect.direction : "", suspect.deficit * 100,
                         suspect.layer);
    for (const std::string& evidence : suspect.evidence) lines += fmt::format("  {}\n", evidence);
    lines += fmt::format("  do: {}\n", suspect.action);
  }
  return lines;
}

/// What failed, and who is suspected of it.
std::string message_of(const Check& check, const Verdict& verdict) {
  std::string message = check.reason;
  std::vector<std::string> names;
  for (const Suspect& suspect : verdict.suspects)
    names.push_back(fmt::format("{} {}{}", suspect.kind, suspect.name,
                                suspect.peer ? " to " + *suspect.peer : ""));
  if (!names.empty()) message += fmt::format("; suspects: {}", fmt::join(names, ", "));
  return message;
}

std::string figures_of(const Check& check) {
  std::string text;
  if (const auto& measured = check.measured)
    text += fmt::format("measured {}\n", quantity(measured->value, measured->unit));
  if (check.expected && check.measured)
    text += fmt::format("expected {} ({})\n", quantity(check.expected->value, check.measured->unit),
                        check.expected->source);
  return text;
}

std::string outcome_of(const Check& check, const Verdict& verdict) {
  const auto element = [&](std::string_view name) {
    return fmt::format("      <{} type=\"{}\" message=\"{}\">{}</{}>\n", name,
                       xml_attribute(check.name), xml_attribute(message_of(check, verdict)),
                       xml_text(figures_of(check) + suspect_lines(verdict)), name);
  };
  switch (check.status) {
    case Status::fail:
      return element("failure");
    case Status::inconclusive:
      return element("error");
    case Status::skipped:
      return fmt::format("      <skipped message=\"{}\"/>\n", xml_attribute(check.reason));
    case Status::pass:
      return "";
  }
  return "";
}

std::string test_case(const Check& check, const Verdict& verdict) {
  return fmt::format("    <testcase classname=\"{}\" name=\"{}\" time=\"0\">\n{}    </testcase>\n",
                     xml_attribute(check.name), xml_attribute(check.subject),
                     outcome_of(check, verdict));
}

/// The verdict itself, so that one without a failed check fails, too.
Check whole_of(const Verdict& verdict) {
  Check check;
  check.name = "verdict";
  check.subject = "all checks";
  check.status = verdict.verdict;
  check.reason = fmt::format("verdict {}", name_of(verdict.verdict));
  return check;
}

std::string property(std::string_view name, std::string_view value) {
  return fmt::format("      <property name=\"{}\" value=\"{}\"/>\n", name, xml_attribute(value));
}

}  // namespace

std::string junit_xml(const JudgedRun& judged) {
  if (!judged.verdict)
    throw UsageError{fmt::format(
        "run '{}' has no verdict.json, so there are no checks for JUnit; assay accept and locate "
        "write one",
        judged.run.info.id)};
  const Verdict& verdict = *judged.verdict;
  std::vector<Check> checks{whole_of(verdict)};
  checks.insert(checks.end(), verdict.checks.begin(), verdict.checks.end());
  const auto count = [&](Status status) {
    return std::ranges::count(checks, status, &Check::status);
  };
  const RunInfo& info = judged.run.info;
  std::string text = fmt::format(
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n"
      "  <testsuite name=\"assay {}\" package=\"assay\" id=\"0\"{} hostname=\"{}\" "
      "tests=\"{}\" failures=\"{}\" errors=\"{}\" skipped=\"{}\" time=\"0\">\n    <properties>\n",
      xml_attribute(info.verb), timestamp_attribute(info.start), xml_attribute(host_of(info)),
      checks.size(), count(Status::fail), count(Status::inconclusive), count(Status::skipped));
  text += property("run", info.id) + property("verdict", name_of(verdict.verdict)) +
          property("level", verdict.level) + property("profile", verdict.profile) +
          property("label", verdict.label) + "    </properties>\n";
  for (const Check& check : checks) text += test_case(check, verdict);
  return text + "    <system-out/>\n    <system-err/>\n  </testsuite>\n</testsuites>\n";
}

}  // namespace assay::results
