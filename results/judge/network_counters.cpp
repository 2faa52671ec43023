#include "results/judge/network_counters.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <string_view>

#include "results/judge/link_suspects.hpp"
#include "results/judge/lost_segments.hpp"
#include "results/judge/profile_check.hpp"
#include "results/quantity.hpp"
#include "results/statistics.hpp"

namespace assay::results {

namespace {

/// What a device must have carried for its counters to say something of this run.
constexpr std::uint64_t packets_at_least = 1000;
/// IEEE 802.3 allows one wrong bit in 1e12, a broken frame of 9,000 bytes in 1e7; so does
/// InfiniBand. Ten times that is no bad luck.
constexpr double broken_frames_allowed = 1e-6;
/// A single one happens to anybody.
constexpr std::uint64_t broken_at_least = 3;
constexpr std::size_t evidence_at_most = 5;

std::uint64_t sum_of(const Record& record, std::initializer_list<const char*> names) {
  std::uint64_t sum = 0;
  for (const char* name : names)
    if (const auto found = record.counters.find(name); found != record.counters.end())
      sum += found->second;
  return sum;
}

/// What a device counted, in the terms of both kinds of network.
struct DeviceCounts {
  std::uint64_t packets = 0;
  std::uint64_t lost_links = 0;
  std::uint64_t broken = 0;

  explicit DeviceCounts(const Record& record)
      : packets{sum_of(record, {"rx_packets", "port_rcv_packets"})},
        // A carrier changes when it goes and when it comes.
        lost_links{(sum_of(record, {"carrier_changes"}) + 1) / 2 + sum_of(record, {"link_downed"})},
        broken{sum_of(record, {"rx_errors", "tx_errors", "symbol_error", "port_rcv_errors",
                               "link_error_recovery"})} {}

  [[nodiscard]] bool breaks_frames() const {
    return broken >= broken_at_least &&
           static_cast<double>(broken) > broken_frames_allowed * static_cast<double>(packets);
  }
  [[nodiscard]] std::string told(const std::string& device) const {
    if (lost_links > 0)
      return fmt::format("{} lost its link {} times while links were measured", device, lost_links);
    return fmt::format("{}: {} of {} frames were broken", device, broken, packets);
  }
};

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

Suspect suspect_device(const Run& run, const std::string& host, const std::string& device,
                       const DeviceCounts& counts) {
  Suspect suspect;
  suspect.deficit = cost_of_node(run, host);
  const auto& rails = run.info.network->rails;
  const bool is_rail = rails.size() > 1 && std::ranges::find(rails, device) != rails.end();
  suspect.kind = is_rail ? "nic" : "node";
  if (is_rail) suspect.rail = device;
  suspect.name = host;
  suspect.host = host;
  suspect.direction = "both";
  suspect.layer = "hardware";
  suspect.confidence = surest;
  suspect.evidence.push_back(counts.told(device));
  suspect.action = fmt::format("check cable and port of {} on {}", device, host);
  return suspect;
}

void judge_devices_of_network(const Run& run, Verdict& verdict) {
  for (const Record& record : run.records) {
    if (record.benchmark != "network_counters" || !record.host || !record.device) continue;
    const DeviceCounts counts{record};
    if (counts.packets < packets_at_least && counts.lost_links == 0) continue;
    if (run.info.network->leaf_of(*record.host) < 0) continue;
    Check check;
    check.name = "network/link";
    check.of = PartKind::host;
    check.subject = *record.host + " " + *record.device;
    check.measured = Measured{static_cast<double>(counts.lost_links), "times lost", std::nullopt};
    check.status = Status::pass;
    const bool carried = counts.packets >= packets_at_least;
    if ((carried && counts.lost_links > 0) || counts.breaks_frames()) {
      check.status = Status::fail;
      check.reason = counts.told(*record.device);
      accuse(*run.info.network, suspect_device(run, *record.host, *record.device, counts),
             verdict.suspects);
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
