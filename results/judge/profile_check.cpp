#include "results/judge/profile_check.hpp"

#include <fmt/format.h>

#include "results/quantity.hpp"

namespace assay::results {

namespace {

const ProfileFigure* find_figure(const Profile* profile, const std::vector<std::string>& keys) {
  if (profile == nullptr) return nullptr;
  for (const auto& key : keys)
    if (const auto found = profile->figures.find(key); found != profile->figures.end())
      return &found->second;
  return nullptr;
}

}  // namespace

bool failed_by_profile(const Check& check) {
  return check.status == Status::fail && check.expected && check.expected->source != by_peers;
}

void apply_profile(const Profile* profile, const std::vector<std::string>& keys, Check& check,
                   Finding& finding) {
  const ProfileFigure* figure = find_figure(profile, keys);
  if (figure == nullptr || !check.measured) return;
  const double value = check.measured->value;
  const Expected expected{figure->reference,
                          fmt::format("profile {}: {}", profile->name, figure->source)};
  if (value < figure->floor) {
    check.status = finding.status = Status::fail;
    check.expected = expected;
    finding.deficit = 1.0 - value / figure->reference;
    // A floor is a stated figure, not a statistic.
    finding.confidence = 0.99;
    check.reason = fmt::format("{} below the reference, under the floor of {}",
                               percent(finding.deficit), quantity(figure->floor, figure->unit));
  } else if (check.status == Status::fail) {
    return;  // peers have found it slow: what they said stands
  } else if (figure->ceiling && value > *figure->ceiling) {
    check.status = finding.status = Status::inconclusive;
    check.expected = expected;
    check.reason = fmt::format("above the ceiling of {}: the measurement is not to be trusted",
                               quantity(*figure->ceiling, figure->unit));
  } else if (check.status == Status::skipped || check.status == Status::pass) {
    if (check.status == Status::skipped) check.reason.clear();
    check.status = finding.status = Status::pass;
    check.expected = expected;
  }
}

}  // namespace assay::results
