#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cctype>
#include <cmath>
#include <map>
#include <vector>

#include "results/checks_table.hpp"
#include "results/text.hpp"
#include "results/verdict.hpp"

namespace assay::results {

namespace {

constexpr int narrowest = 40;  // below it no line makes sense; terminals of 0 columns exist
constexpr std::size_t most_listed = 10;  // of checks with one status; the file has them all

using Checks = std::vector<const Check*>;

Checks with_status(const Verdict& verdict, Status status) {
  Checks found;
  for (const auto& check : verdict.checks) {
    if (check.status == status) found.push_back(&check);
  }
  return found;
}

std::string plural(std::size_t count, const std::string& noun) {
  return fmt::format("{} {}{}", count, noun, count == 1 ? "" : "s");
}

std::string upper_name(Status status) {
  switch (status) {
    case Status::pass:
      return "PASS";
    case Status::fail:
      return "FAIL";
    case Status::inconclusive:
      return "INCONCLUSIVE";
    case Status::skipped:
      return "SKIPPED";
  }
  return "";
}

/// "1 of 38 checks failed, 2 inconclusive".
std::string outcome(const Verdict& verdict) {
  const auto failed = with_status(verdict, Status::fail).size();
  const auto unclear = with_status(verdict, Status::inconclusive).size();
  const auto asked = verdict.checks.size() - with_status(verdict, Status::skipped).size();
  if (asked == 0) return "nothing was checked";
  if (failed > 0) {
    const auto text = fmt::format("{} of {} failed", failed, plural(asked, "check"));
    return unclear == 0 ? text : text + fmt::format(", {} inconclusive", unclear);
  }
  if (unclear > 0) {
    return fmt::format("{} of {} inconclusive, none failed", unclear, plural(asked, "check"));
  }
  return fmt::format("{} of {} passed", asked, plural(asked, "check"));
}

/// The first word of all. What is not of real machines says so before anything else.
std::string opening(const Verdict& verdict) {
  std::string name = upper_name(verdict.verdict);
  if (verdict.label == real_label) return name;
  std::string label = verdict.label;
  std::ranges::transform(label, label.begin(),
                         [](unsigned char letter) { return std::toupper(letter); });
  return printable(label) + " " + name;
}

std::string headline(const Verdict& verdict) {
  const auto& suspects = verdict.suspects;
  const bool broke_off = std::any_of(suspects.begin(), suspects.end(), [](const auto& suspect) {
    return suspect.layer == "process";
  });
  std::string text = broke_off ? "the run broke off; " + outcome(verdict) : outcome(verdict);
  const auto skipped = with_status(verdict, Status::skipped).size();
  if (skipped > 0) text += fmt::format(", {} skipped", skipped);
  return text + (suspects.empty() ? ", no suspects" : ", " + plural(suspects.size(), "suspect"));
}

std::string suspect_name(const Suspect& suspect) {
  // "rank 2" says its kind itself.
  std::string name =
      suspect.name.starts_with(suspect.kind) ? suspect.name : suspect.kind + " " + suspect.name;
  if (suspect.rail) name += ", rail " + *suspect.rail;
  if (suspect.peer) name += " to " + *suspect.peer;
  if (suspect.host && *suspect.host != suspect.name) name += " on " + *suspect.host;
  if (suspect.rank && suspect.kind != "rank") name += fmt::format(" (rank {})", *suspect.rank);
  return printable(name);
}

/// 0.9997 must not become 100 %.
double percentage(double confidence) {
  constexpr double steps = 1000;
  return std::floor(confidence * steps) / steps * 100;
}

/// What is wrong, in words.
std::string complaint(const Suspect& suspect) {
  if (suspect.layer == "process") return "died, stopped or fell silent";
  if (suspect.layer == "data") return "gives wrong results";
  const std::string amount = fmt::format("{:.0f} % below what is expected", suspect.deficit * 100);
  if (!suspect.direction) return amount;
  if (*suspect.direction == "send") return "sends " + amount;
  if (*suspect.direction == "receive") return "receives " + amount;
  return "sends and receives " + amount;
}

std::string suspect_text(const Suspect& suspect, std::size_t number, int width) {
  std::string text = wrap(fmt::format("  {}. ", number),
                          fmt::format("{}: {}", suspect_name(suspect), complaint(suspect)), width);
  text += wrap("     ",
               printable(fmt::format("layer: {}; confidence {:.1f} %", suspect.layer,
                                     percentage(suspect.confidence))),
               width);
  for (const auto& line : suspect.evidence) text += wrap("     - ", printable(line), width);
  return text + wrap("     -> ", printable(suspect.action), width);
}

std::string suspects_text(const Verdict& verdict, int width) {
  if (verdict.suspects.empty()) return "Suspects: none\n";
  std::string text = "SUSPECTS, worst first\n";
  for (std::size_t i = 0; i < verdict.suspects.size(); ++i) {
    text += suspect_text(verdict.suspects[i], i + 1, width);
  }
  return text;
}

/// What is open or skipped is so for one reason in many places. Checks of one name with one reason,
/// as one: of many subjects their number stands for them.
std::vector<Check> by_reason(const Checks& checks) {
  constexpr std::size_t subjects_named = 3;
  std::vector<Check> reasons;
  std::map<std::pair<std::string, std::string>, std::vector<std::string>> subjects;
  for (const Check* check : checks) {
    auto& of_reason = subjects[{check->name, check->reason}];
    if (of_reason.empty()) reasons.push_back(*check);
    of_reason.push_back(check->subject);
  }
  for (auto& check : reasons) {
    const auto& all = subjects[{check.name, check.reason}];
    check.subject = all.size() > subjects_named ? fmt::format("({} subjects)", all.size())
                                                : fmt::format("{}", fmt::join(all, ", "));
  }
  return reasons;
}

/// One entry a check: "  pair/bandwidth n0->n2: 49 % below its peers".
std::string listing(const std::string& title, const std::vector<Check>& checks, int width) {
  if (checks.empty()) return "";
  std::string text = fmt::format("\n{}\n", title);
  for (std::size_t i = 0; i < std::min(checks.size(), most_listed); ++i) {
    const Check& check = checks[i];
    const auto reason = check.reason.empty() ? "no reason given" : check.reason;
    text +=
        wrap("  ", printable(fmt::format("{} {}: {}", check.name, check.subject, reason)), width);
  }
  if (checks.size() > most_listed) {
    text += fmt::format("  and {} more, in verdict.json\n", checks.size() - most_listed);
  }
  return text;
}

std::string next_step(const Verdict& verdict) {
  if (!verdict.suspects.empty()) {
    const auto name = suspect_name(verdict.suspects.front());
    return fmt::format("see to {} as said above, then run the same command again", name);
  }
  switch (verdict.verdict) {
    case Status::pass:
      return "nothing to do; what was checked is fit for collective work";
    case Status::fail:
      return "see to the reasons above, then run the same command again";
    default:
      return "this is not a pass: see to the reasons above, then run the same command again";
  }
}

}  // namespace

std::string render(const Verdict& verdict, const std::filesystem::path& run, int width) {
  width = std::max(width, narrowest);
  std::string text = wrap(opening(verdict) + "   ", headline(verdict), width);
  std::string setting;
  if (!verdict.level.empty()) setting += "level " + verdict.level;
  if (!verdict.profile.empty()) {
    setting += (setting.empty() ? "profile " : ", profile ") + verdict.profile;
  }
  if (!setting.empty()) text += wrap("  ", printable(setting), width);
  text += "\n";
  text += suspects_text(verdict, width);
  if (!verdict.checks.empty()) text.append("\n").append(checks_table(verdict, width));
  std::vector<Check> failed;
  for (const Check* check : with_status(verdict, Status::fail)) failed.push_back(*check);
  text += listing("FAILED", failed, width);
  text += listing("INCONCLUSIVE", by_reason(with_status(verdict, Status::inconclusive)), width);
  text += listing("SKIPPED", by_reason(with_status(verdict, Status::skipped)), width);
  text += "\n";
  text += wrap("Run:  ", printable(run.string()), width);
  return text + wrap("Next: ", printable(next_step(verdict)), width);
}

}  // namespace assay::results
