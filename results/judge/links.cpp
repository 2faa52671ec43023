#include "results/judge/links.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <iterator>
#include <span>
#include <string_view>

#include "results/judge/device_counts.hpp"
#include "results/judge/link_suspects.hpp"
#include "results/judge/link_table.hpp"
#include "results/judge/located_links.hpp"
#include "results/judge/lost_segments.hpp"
#include "results/judge/part.hpp"
#include "results/judge/profile_check.hpp"

namespace assay::results {

namespace {

constexpr const char* unit = "bytes_per_s";
/// Of more links than this only what does not pass has a check of its own.
constexpr std::size_t links_listed = 4096;

/// A view of the links, how its checks are called and what counts as slow there.
struct ViewTraits {
  LinkView view;
  const char* check;
  const char* layer;
  const char* evidence;  ///< that a suspect has by this view only; empty: says itself
};
constexpr std::array views{ViewTraits{LinkView::apart, "pair/bandwidth", "hardware", ""},
                           ViewTraits{LinkView::together, "pair/all_rails", "contention",
                                      "each rail alone is sound; all at the same time are not"},
                           ViewTraits{LinkView::sustained, "pair/sustained", "hardware",
                                      "sound most of the time: what stalls it comes and goes"}};

/// Disturbances slow averages of sound links, too, by up to a tenth on a busy machine: what stalls
/// a link must cost more than twice that.
constexpr double sustained_deficit = 0.25;

LocateOptions locate_options(const JudgeOptions& options, LinkView view) {
  LocateOptions located;
  located.warn_deficit = options.warn_deficit;
  located.fail_deficit = options.fail_deficit;
  located.confirmations = options.confirmations;
  if (view == LinkView::sustained)
    located.warn_deficit = located.fail_deficit = std::max(sustained_deficit, options.fail_deficit);
  return located;
}

/// What the part that explains a slow link makes of it.
void blame(const LinkTable& table, const SlowPart& part, const LocateOptions& options,
           Check& check) {
  const bool decided = part.state == SlowPart::State::convicted;
  check.reason =
      fmt::format("{}: {} below its peers", part_name(table, part), percent(part.deficit));
  if (part.deficit < options.fail_deficit) {
    check.reason += fmt::format("; {} fails", percent(options.fail_deficit));
    return;
  }
  check.status = decided ? Status::fail : Status::inconclusive;
  if (part.state == SlowPart::State::suspected) check.reason += ", but not measured again enough";
  if (part.state == SlowPart::State::undecided)
    check.reason += ", but measurements are too noisy to be sure";
}

class LinkChecks {
 public:
  LinkChecks(const LinkTable& table, const Location& location, const Profile* profile,
             const LocateOptions& options, const char* name)
      : table_{table}, location_{location}, profile_{profile}, options_{options}, name_{name} {}

  /// Adds the checks; those links that the profile fails are returned with theirs.
  std::vector<std::pair<LinkId, Check>> add_to(Verdict& verdict) const {
    std::vector<std::pair<LinkId, Check>> failed;
    std::size_t sound = 0;
    Check slowest;
    for (const auto& [link, record] : table_.first) {
      Check check = check_of(link, *record);
      if (failed_by_profile(check)) failed.emplace_back(link, check);
      const bool is_listed = table_.first.size() <= links_listed || check.status != Status::pass;
      if (is_listed) {
        verdict.checks.push_back(std::move(check));
      } else {
        ++sound;
        if (!slowest.measured || share_of_expected(check) < share_of_expected(slowest))
          slowest = std::move(check);
      }
    }
    if (sound > 0) verdict.checks.push_back(sound_links(sound, std::move(slowest)));
    return failed;
  }

 private:
  static double share_of_expected(const Check& check) {
    return check.measured->value / check.expected->value;
  }

  /// One check for all of them: that of the slowest.
  [[nodiscard]] static Check sound_links(std::size_t count, Check slowest) {
    slowest.subject = fmt::format("{} sound links, {} the slowest", count, slowest.subject);
    return slowest;
  }

  [[nodiscard]] Check check_of(const LinkId& link, const Record& record) const {
    Check check;
    check.name = name_;
    check.of = PartKind::link;
    check.subject = link_name(table_, link);
    const double rate = table_.measured.first.at(link);
    check.measured = Measured{rate, unit, std::nullopt};
    const double expected = expected_of(link);
    if (std::isnan(expected)) {
      check.status = Status::skipped;
      check.reason = "no other link of its kind to compare with, and no profile";
    } else {
      check.status = Status::pass;
      check.expected = Expected{expected, by_peers};
      const auto part = std::ranges::find_if(
          location_.parts, [&](const SlowPart& one) { return covers(table_, one, link); });
      if (part != location_.parts.end() && rate < expected * (1.0 - options_.warn_deficit))
        blame(table_, *part, options_, check);
    }
    Finding finding{check.status, 0, 0, check.reason};
    apply_profile(profile_, {"pair/" + record.transport.value_or(""), "pair"}, check, finding);
    return check;
  }

  [[nodiscard]] double expected_of(const LinkId& link) const {
    const std::size_t rails = table_.rails.size();
    const std::size_t of_class = table_.measured.space.same_leaf(link) ? 0 : rails;
    return location_.expected[of_class + static_cast<std::size_t>(link.rail)];
  }

  const LinkTable& table_;
  const Location& location_;
  const Profile* profile_;
  const LocateOptions& options_;
  const char* name_;
};

/// The table without the links of `parts`.
LinkTable without(LinkTable table, std::span<const SlowPart> parts) {
  const auto is_of_parts = [&](const LinkId& link) {
    return std::ranges::any_of(parts,
                               [&](const SlowPart& part) { return covers(table, part, link); });
  };
  for (const auto& [link, record] : table.first)
    if (is_of_parts(link)) table.measured.first.at(link) = RateMatrix::missing;
  std::erase_if(table.first, [&](const auto& entry) { return is_of_parts(entry.first); });
  for (auto& round : table.measured.repeats)
    std::erase_if(round, [&](const Repeat& repeat) { return is_of_parts(repeat.link); });
  return table;
}

/// Parts at which something was counted that explains whatever their links do: segments that were
/// lost, or a carrier.
std::vector<SlowPart> counted_parts(const Run& run, const LinkTable& table,
                                    const JudgeOptions& options) {
  std::vector<SlowPart> parts = parts_cut_off(run, table);
  for (const LossyPart& lossy : find_losses(run, table, options.warn_deficit).parts)
    parts.push_back(lossy.part);
  return parts;
}

/// The table without the links of parts at which something was counted, or which are convicted
/// already of being as slow as this view asks for.
LinkTable unexplained(const Run& run, LinkTable table, std::vector<SlowPart> convicted,
                      const ViewTraits& traits, const JudgeOptions& options) {
  const double deficit = locate_options(options, traits.view).fail_deficit;
  std::erase_if(convicted, [&](const SlowPart& part) { return part.deficit < deficit; });
  std::ranges::move(counted_parts(run, table, options), std::back_inserter(convicted));
  return without(std::move(table), convicted);
}

/// Adds those of `parts` that are convicted.
void add_convicted(const std::vector<SlowPart>& parts, std::vector<SlowPart>& convicted) {
  std::ranges::copy_if(parts, std::back_inserter(convicted), [](const SlowPart& part) {
    return part.state == SlowPart::State::convicted;
  });
}

/// Adds what is convicted to `convicted`.
std::vector<Suspect> judge_table(const Run& run, const LinkTable& table, const ViewTraits& traits,
                                 const Profile* profile, const JudgeOptions& judge_options,
                                 std::vector<SlowPart>& convicted, Verdict& verdict) {
  const LocateOptions options = locate_options(judge_options, traits.view);
  const Location location = locate_links(run, table, traits.view, options);
  // A profile says what a link can do, not what it does on the average.
  const bool by_profile = traits.view == LinkView::apart;
  const auto below_profile =
      LinkChecks{table, location, by_profile ? profile : nullptr, options, traits.check}.add_to(
          verdict);
  std::vector<SlowPart> found;
  add_convicted(location.parts, found);
  std::vector<Suspect> suspects;
  for (const SlowPart& part : found)
    suspects.push_back(suspect_of(table, part, location, *run.info.network));
  convicted.insert(convicted.end(), found.begin(), found.end());
  // Peers tell more of a slow link than a profile does.
  if (suspects.empty())
    for (const auto& [link, check] : below_profile)
      suspects.push_back(suspect_below_profile(table, link, check));
  return suspects;
}

/// That several rails were not measured together is said.
void note_rails(const NetworkInfo& network, Verdict& verdict) {
  if (network.rails.size() < 2 || network.not_together.empty()) return;
  Check check;
  check.name = "pair/all_rails";
  check.of = PartKind::link;
  check.subject = "all rails together";
  check.status = Status::skipped;
  check.reason = network.not_together;
  verdict.checks.push_back(std::move(check));
}

/// Whether `one` is what `known` explains already: the same part, or a path at it.
bool is_explained_by(const Suspect& one, const Suspect& known) {
  if (one.kind == known.kind) return one.name == known.name && one.peer == known.peer;
  return one.kind == "path" && (one.name == known.name || one.peer == known.name);
}

std::vector<Suspect> nodes_of(const std::vector<Suspect>& suspects) {
  std::vector<Suspect> nodes;
  std::ranges::copy_if(suspects, std::back_inserter(nodes),
                       [](const Suspect& one) { return one.kind == "node"; });
  return nodes;
}

}  // namespace

void judge_links(const Run& run, const Profile* profile, const JudgeOptions& options,
                 Verdict& verdict) {
  if (run.info.network) note_rails(*run.info.network, verdict);
  std::vector<Suspect> found;
  std::vector<SlowPart> convicted;
  for (const ViewTraits& traits : views) {
    auto table = link_table(run, traits.view);
    if (!table) continue;
    if (traits.view == LinkView::sustained)
      table = unexplained(run, std::move(*table), convicted, traits, options);
    auto suspects = judge_table(run, *table, traits, profile, options, convicted, verdict);
    const auto known = found;
    // What comes and goes stalls both ways, and some pairs for longer than others.
    const auto stalled =
        traits.view == LinkView::sustained ? nodes_of(suspects) : std::vector<Suspect>{};
    for (Suspect& suspect : suspects) {
      const auto explains = [&](const Suspect& other) { return is_explained_by(suspect, other); };
      const bool is_stalled_path = suspect.kind == "path" && std::ranges::any_of(stalled, explains);
      if (is_stalled_path || std::ranges::any_of(known, explains)) continue;
      suspect.layer = traits.layer;
      if (*traits.evidence != '\0') suspect.evidence.emplace_back(traits.evidence);
      found.push_back(std::move(suspect));
    }
  }
  verdict.suspects.insert(verdict.suspects.end(), found.begin(), found.end());
}

std::vector<OpenLink> open_links(const Run& run, const JudgeOptions& options) {
  std::vector<OpenLink> open;
  std::vector<SlowPart> convicted;
  for (const ViewTraits& traits : views) {
    const auto table = link_table(run, traits.view);
    if (!table) continue;
    const auto explained = traits.view == LinkView::sustained ? convicted : std::vector<SlowPart>{};
    const LinkTable rest = unexplained(run, *table, explained, traits, options);
    const Location location =
        locate_links(run, rest, traits.view, locate_options(options, traits.view));
    add_convicted(location.parts, convicted);
    for (const LinkId& link : location.measure_again)
      open.push_back({link.from, link.to, traits.view == LinkView::together});
  }
  return open;
}

}  // namespace assay::results
