#include <fmt/format.h>

#include <vector>

#include "core/utf8.hpp"
#include "results/compare/render.hpp"
#include "results/compare/wording.hpp"
#include "results/text.hpp"

namespace assay::results {

namespace {

/// `text` as plain text within a table of Markdown.
std::string plain(std::string_view text) {
  constexpr std::string_view special = "\\`*_{}[]()#+!|<>~&@";
  std::string result;
  for (const char byte : printable(valid_utf8(text))) {
    if (special.find(byte) != std::string_view::npos)
      result += byte == '<' || byte == '>' || byte == '&' || byte == '@' || byte == '|'
                    ? fmt::format("&#{};", static_cast<int>(byte))
                    : std::string{'\\', byte};
    else
      result += byte;
  }
  return result;
}

std::string table_of(const std::vector<const ComparedCell*>& cells,
                     const std::vector<Setting>& shared) {
  std::string text =
      "| verdict | time | 95 % confidence | median | baseline | candidate | cell |\n"
      "|---|---:|---:|---|---|---|---|\n";
  for (const ComparedCell* cell : cells)
    text += fmt::format("| {} | {} | {} | {} | {} | {} | {} |\n", name_of(cell->verdict),
                        signed_percent(cell->deciding().change), percent_range(cell->deciding()),
                        plain(both_medians(*cell)), effort(cell->baseline), effort(cell->candidate),
                        plain(name_and_reason(*cell, shared)));
  return text;
}

std::string folded(std::string_view title, const std::string& body) {
  return fmt::format("\n<details><summary>{}</summary>\n\n{}\n</details>\n", title, body);
}

std::string list_of(const std::vector<std::string>& names) {
  std::string text;
  for (const std::string& name : names) text += fmt::format("- {}\n", plain(name));
  return text;
}

}  // namespace

std::string render_markdown(const Comparison& comparison) {
  std::string text =
      fmt::format("### {}: {}\n\n", comparison.is_regression() ? "Regression" : "No regression",
                  plain(summary_of(comparison)));
  if (!comparison.differences.empty())
    text += "Differs beside the build:\n\n" + list_of(comparison.differences) + "\n";
  if (!comparison.wrong.empty())
    text += "Wrong results in the candidate:\n\n" + list_of(comparison.wrong) + "\n";
  const auto shared = shared_settings(comparison);
  if (!shared.empty()) text += fmt::format("All cells: {}\n\n", plain(setting_name(shared)));
  std::vector<const ComparedCell*> changed;
  std::vector<const ComparedCell*> others;
  for (const ComparedCell& cell : comparison.cells) {
    const bool has_changed =
        cell.verdict == ChangeVerdict::slower || cell.verdict == ChangeVerdict::faster;
    (has_changed ? changed : others).push_back(&cell);
  }
  if (!changed.empty()) text += table_of(changed, shared);
  if (!others.empty())
    text +=
        folded(fmt::format("{} cells unclear or same", others.size()), table_of(others, shared));
  if (!comparison.only_baseline.empty())
    text += folded("only in the baseline", list_of(comparison.only_baseline));
  if (!comparison.only_candidate.empty())
    text += folded("only in the candidate", list_of(comparison.only_candidate));
  return text;
}

}  // namespace assay::results
