#include "results/judge/network_counters.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <string_view>

#include "results/judge/device_counts.hpp"
#include "results/judge/link_suspects.hpp"
#include "results/judge/lost_segments.hpp"
#include "results/judge/profile_check.hpp"
#include "results/quantity.hpp"
#include "results/statistics.hpp"

namespace assay::results {

namespace {

constexpr std::size_t evidence_at_most = 5;

bool is_same_part(const Suspect& one, const Suspect& other) {
  return one.kind == other.kind && one.name == other.name && one.peer == other.peer &&
         one.rail == other.rail;
}

/// Whether a path leaves by the slow uplink of its sender's leaf, or arrives by its receiver's.
bool crosses(const NetworkInfo& network, const Suspect& path, const Suspect& uplink) {
  const int from = network.leaf_of(path.name);
  const int to = network.leaf_of(path.peer.value_or(""));
  if (from < 0 || to < 0 || from == to) return false;
  const auto is_at = [&](int near, int far, const char* away) {
    return network.leaves[static_cast<std::size_t>(near)].name == uplink.name &&
           (!uplink.peer || network.leaves[static_cast<std::size_t>(far)].name == *uplink.peer) &&
           uplink.direction != away;
  };
  return is_at(from, to, "receive") || is_at(to, from, "send");
}

/// Whether `known` is slow at least wherever `one` would be.
bool contains(const NetworkInfo& network, const Suspect& known, const Suspect& one) {
  if (is_same_part(known, one)) return true;
  if (known.kind == "uplink" && one.kind == "path") return crosses(network, one, known);
  if (known.kind == "node" && one.kind == "nic") return known.name == one.name;
  return known.kind == "node" && one.kind == "path" &&
         (known.name == one.name || known.name == one.peer);
}

/// A part that is suspected already gets the evidence; what is part of one needs no naming. Paths
/// and rails of a node that is suspected as a whole from now on are not suspects of their own.
void accuse(const NetworkInfo& network, Suspect suspect, std::vector<Suspect>& suspects) {
  const auto known = std::ranges::find_if(
      suspects, [&](const Suspect& other) { return contains(network, other, suspect); });
  if (known == suspects.end()) {
    std::erase_if(suspects, [&](const Suspect& other) {
      if (!contains(network, suspect, other)) return false;
      suspect.deficit = std::max(suspect.deficit, other.deficit);
      return true;
    });
    suspects.push_back(std::move(suspect));
    return;
  }
  if (!is_same_part(*known, suspect)) return;
  if (known->direction != suspect.direction) known->direction = "both";
  known->confidence = std::max(known->confidence, suspect.confidence);
  known->deficit = std::max(known->deficit, suspect.deficit);
  std::ranges::move(suspect.evidence, std::back_inserter(known->evidence));
}

/// All that a node sends and receives.
double cost_of_node(const Run& run, const std::string& host) {
  const auto table = link_table(run, LinkView::sustained);
  if (!table) return 0;
  SlowPart node;
  node.part = LinkPart::node;
  node.subject = static_cast<int>(std::ranges::find(table->nodes, host) - table->nodes.begin());
  node.direction = Direction::both;
  return average_cost(run, node);
}

Suspect suspect_device(const Run& run, const DeviceCounts& counts) {
  Suspect suspect;
  suspect.deficit = cost_of_node(run, counts.host);
  const std::string rail = rail_of(*run.info.network, counts);
  suspect.kind = rail.empty() ? "node" : "nic";
  if (!rail.empty()) suspect.rail = rail;
  suspect.name = counts.host;
  suspect.host = counts.host;
  suspect.direction = "both";
  suspect.layer = "hardware";
  suspect.confidence = surest;
  suspect.evidence.push_back(counts.told());
  suspect.action = fmt::format("check cable and port of {} on {}", counts.device, counts.host);
  return suspect;
}

void judge_devices_of_network(const Run& run, Verdict& verdict) {
  for (const DeviceCounts& counts : count_devices(run.records)) {
    if (!counts.carried() && counts.lost_links == 0) continue;
    if (run.info.network->leaf_of(counts.host) < 0) continue;
    Check check;
    check.name = "network/link";
    check.of = PartKind::host;
    check.subject = counts.host + " " + counts.device;
    check.measured = Measured{static_cast<double>(counts.lost_links), "times lost", std::nullopt};
    check.status = Status::pass;
    if (counts.lost_its_link() || counts.breaks_frames()) {
      check.status = Status::fail;
      check.reason = counts.told();
      accuse(*run.info.network, suspect_device(run, counts), verdict.suspects);
    }
    verdict.checks.push_back(std::move(check));
  }
}

std::string told(const LinkTable& table, const LinkId& link, const LinkSegments& segments) {
  return fmt::format("{}: {} of {} TCP segments lost", link_name(table, link), segments.lost,
                     segments.sent);
}

Suspect suspect_losses(const LinkTable& table, const LossyPart& lossy, const Losses& losses) {
  Suspect suspect = name_part(table, lossy.part);
  suspect.layer = "hardware";
  suspect.deficit = lossy.cost;
  suspect.confidence = std::clamp(lossy.confidence, 0.0, surest);
  suspect.evidence.push_back(fmt::format("loses {} of what is sent, others {}",
                                         quantity(lossy.share, "share"),
                                         quantity(losses.usual, "share")));
  for (const LinkId& link : lossy.part.evidence) {
    if (suspect.evidence.size() == evidence_at_most) break;
    suspect.evidence.push_back(told(table, link, losses.links.at(link)));
  }
  suspect.action =
      action_of(table, lossy.part, suspect) + "; look for errors on its ports (ethtool -S)";
  return suspect;
}

void judge_segments(const Run& run, const JudgeOptions& options, Verdict& verdict) {
  const auto table = link_table(run, LinkView::apart);
  if (!table) return;
  const Losses losses = find_losses(run, *table, options.warn_deficit);
  if (losses.links.empty()) return;
  std::size_t sound = 0;
  for (const auto& [link, segments] : losses.links) {
    const auto part = std::ranges::find_if(losses.parts, [&, id = link](const LossyPart& lossy) {
      return std::ranges::find(lossy.part.evidence, id) != lossy.part.evidence.end();
    });
    if (part == losses.parts.end()) {
      ++sound;
      continue;
    }
    Check check;
    check.name = "network/segments";
    check.of = PartKind::link;
    check.subject = link_name(*table, link);
    check.status = Status::fail;
    check.measured = Measured{segments.share(), "share", std::nullopt};
    check.expected = Expected{losses.usual, by_peers};
    check.reason = fmt::format("{} of {} TCP segments lost: {}", segments.lost, segments.sent,
                               part_name(*table, part->part));
    verdict.checks.push_back(std::move(check));
  }
  Check rest;
  rest.name = "network/segments";
  rest.of = PartKind::link;
  rest.subject = fmt::format("{} links", sound);
  rest.status = Status::pass;
  rest.measured = Measured{losses.usual, "share", std::nullopt};
  if (sound > 0) verdict.checks.push_back(std::move(rest));
  for (const LossyPart& lossy : losses.parts)
    accuse(*run.info.network, suspect_losses(*table, lossy, losses), verdict.suspects);
}

}  // namespace

void judge_network_counters(const Run& run, const JudgeOptions& options, Verdict& verdict) {
  if (!run.info.network) return;
  judge_devices_of_network(run, verdict);
  judge_segments(run, options, verdict);
}

}  // namespace assay::results
