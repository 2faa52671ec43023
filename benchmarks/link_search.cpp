#include "benchmarks/link_search.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <span>
#include <utility>

#include "core/error.hpp"
#include "core/machine.hpp"
#include "results/judge/links.hpp"
#include "results/statistics.hpp"
#include "topology/link_schedule.hpp"

namespace assay::benchmarks {

using results::Record;
using topology::PairRound;

namespace {

/// Of many nodes each meets so many others, within its leaf and across: an upper envelope of them
/// tells a slow node from slow partners.
constexpr int partners = 4;
/// Where nothing is known of the network: that many, in random matchings.
constexpr int random_partners = 8;
/// Latencies of all pairs are measured for so many nodes; more than that take too many rounds.
constexpr int latencies_up_to = 128;
constexpr Bytes smallest_message{64 << 10};
constexpr Bytes largest_message{4 << 20};
/// Nothing disturbs a simulated message: it need only be long against the network's latency.
constexpr Bytes simulated_message{1 << 20};
/// Of a turn's time, what is spent beside the messages: meeting and agreeing, as seen on two cores.
constexpr Seconds turn_overhead{0.005};
/// Of a turn in which latencies are measured: hundreds of messages, as the quickest counts.
constexpr Seconds look_turn{0.2};
/// Six that are measured, and one for warming up; but so many where they take longer than they
/// should.
constexpr double samples_a_turn = 7;
constexpr int samples_at_least = 2;
/// Times what measuring should take. Other programs on all processors cost as much; then there are
/// fewer passes.
constexpr double patience_factor = 3;
constexpr std::uint32_t schedule_seed = 1;

/// Repeats are shorter: what they leave in doubt the next one tells.
int passes_of_a_repeat(int passes) { return (passes + 1) / 2; }

const char* name_of(topology::Fabric::Source source) {
  switch (source) {
    case topology::Fabric::Source::file:
      return "file";
    case topology::Fabric::Source::guessed:
      return "guessed";
    default:
      return "flat";
  }
}

}  // namespace

bool LinkSearch::applies(const Job& job) { return job.processors.size() > 1; }

LinkSearch::LinkSearch(const Job& job, LinkSearchOptions options)
    : job_{job},
      options_{std::move(options)},
      map_{make_rail_map(job, options_.nodes, options_.same_ranks)},
      size_{options_.size} {
  network_.rails = map_.rails;
  network_.not_together = map_.why_not_together;
  set_leaves(options_.fabric ? topology::leaves_of(*options_.fabric, map_.nodes)
                             : topology::flat_leaves(map_.nodes.size()));
  if (options_.fabric) network_.origin = options_.fabric->origin;
}

void LinkSearch::set_leaves(const topology::Leaves& leaves) {
  leaf_of_ = leaves.leaf_of;
  network_.source = name_of(leaves.source);
  network_.leaves.clear();
  for (const std::string& name : leaves.names) network_.leaves.push_back({name, {}});
  for (std::size_t node = 0; node < map_.nodes.size(); ++node)
    network_.leaves[static_cast<std::size_t>(leaf_of_[node])].hosts.push_back(map_.nodes[node]);
}

std::vector<PairRound> LinkSearch::schedule() const {
  if (options_.every_pair || map_.node_count() <= LinkSearchOptions::every_pair_up_to)
    return topology::all_pairs_by_leaf(leaf_of_);
  if (network_.leaves.size() > 1) return topology::cover_by_leaf(leaf_of_, partners, schedule_seed);
  return topology::random_matchings(map_.node_count(), random_partners, schedule_seed);
}

PairOptions LinkSearch::pair_options(int rail) const {
  PairOptions pair;
  pair.transport = options_.transport;
  pair.passes = options_.passes;
  // A link that stalls must not hold up all others for as long as it takes.
  pair.sampler.budget = std::max(options_.turn, LinkSearchOptions::sample_span * samples_a_turn);
  pair.sampler.samples_at_least = samples_at_least;
  pair.sampler.deadline = options_.deadline;
  pair.sampler.warmup = 1;
  pair.sampler.operations = messages_;
  pair.latency = false;
  if (map_.rail_count() == 1) return pair;
  pair.rail = network_.rails[static_cast<std::size_t>(rail)];
  if (!job_.transport_options.rails.empty()) pair.devices = {*pair.rail};
  return pair;
}

std::vector<Record> LinkSearch::look_around() {
  if (options_.fabric || map_.node_count() > latencies_up_to || map_.node_count() <= 2) return {};
  PairOptions pair = pair_options(0);
  pair.bandwidth = false;
  pair.round_trip = true;
  pair.sampler.budget = look_turn;
  const auto rounds = topology::all_pairs_by_leaf(leaf_of_);
  auto records = measure_pairs(job_, map_.on_rail(rounds, 0), pair);
  // Rank 0 has the records; all must know what it makes of them.
  std::vector<int> leaf_of;
  if (job_.rank() == 0)
    if (const auto leaves = guess(records)) leaf_of = leaves->leaf_of;
  leaf_of = collectives::gather_lists(job_.world, leaf_of)[0];
  if (leaf_of.empty()) return records;
  topology::Leaves leaves{topology::Fabric::Source::guessed, {}, leaf_of};
  for (int leaf = 0; leaf <= *std::ranges::max_element(leaf_of); ++leaf) {
    const auto first = std::ranges::find(leaf_of, leaf) - leaf_of.begin();
    leaves.names.push_back("leaf of " + map_.nodes[static_cast<std::size_t>(first)]);
  }
  set_leaves(leaves);
  return records;
}

std::optional<topology::Leaves> LinkSearch::guess(const std::vector<Record>& latencies) const {
  const auto nodes = static_cast<std::size_t>(map_.node_count());
  std::vector<double> matrix(nodes * nodes, std::numeric_limits<double>::quiet_NaN());
  const auto node_of = [&](const std::string& host) {
    return static_cast<std::size_t>(std::ranges::find(map_.nodes, host) - map_.nodes.begin());
  };
  for (const Record& record : latencies) {
    const std::size_t from = node_of(*record.from);
    const std::size_t to = node_of(*record.to);
    // What a way can do at best: others only make it longer.
    const double least = *std::ranges::min_element(record.samples_s);
    for (const std::size_t cell : {from * nodes + to, to * nodes + from})
      matrix[cell] = std::isnan(matrix[cell]) ? least : std::min(matrix[cell], least);
  }
  return topology::guess_leaves(matrix, nodes);
}

void LinkSearch::choose_samples() {
  if (size_) return;
  size_ = is_simulated() ? simulated_message : smallest_message;
  if (is_simulated()) return;
  const auto rounds =
      map_.on_rail(topology::random_matchings(map_.node_count(), 1, schedule_seed), 0);
  PairOptions pair = pair_options(0);
  pair.passes = 1;
  pair.sampler.iterations = 3;
  // What starts and ends a message makes short ones slow, so the size that they show is too small.
  constexpr int probes = 2;
  for (int probe = 0; probe < probes; ++probe) {
    pair.size = *size_;
    std::vector<double> rates;
    for (const Record& record : measure_pairs(job_, rounds, pair))
      rates.push_back(static_cast<double>(*record.size_bytes) / *record.fast_s);
    const double rate =
        collectives::from_rank_zero(job_.world, rates.empty() ? 0.0 : results::median(rates));
    const double wanted = rate * LinkSearchOptions::sample_span.value;
    probed_rate_ = rate;
    auto bytes =
        static_cast<std::uint64_t>(std::clamp(wanted, static_cast<double>(smallest_message.value),
                                              static_cast<double>(largest_message.value)));
    bytes -= bytes % smallest_message.value;
    size_ = Bytes{bytes};
    messages_ = std::max(1, static_cast<int>(wanted / static_cast<double>(bytes)));
  }
}

std::vector<Record> LinkSearch::measure_rails(const std::vector<PairRound>& rounds,
                                              int confirmation) {
  std::vector<Record> records;
  for (int rail = 0; rail < map_.rail_count(); ++rail) {
    PairOptions pair = pair_options(rail);
    pair.size = *size_;
    pair.confirmation = confirmation;
    pair.count_segments = true;
    if (confirmation > 0) pair.passes = passes_of_a_repeat(options_.passes);
    pair.patience = sweep_time(rounds.size(), pair.passes) * patience_factor;
    auto measured = measure_pairs(job_, map_.on_rail(rounds, rail), pair);
    std::ranges::move(measured, std::back_inserter(records));
  }
  network_.rounds += static_cast<int>(rounds.size()) * map_.rail_count();
  return records;
}

std::vector<Record> LinkSearch::measure_together(const std::vector<PairRound>& rounds,
                                                 int confirmation) {
  if (map_.rail_count() == 1 || !map_.why_not_together.empty()) return {};
  std::vector<PairRound> all(rounds.size());
  for (int rail = 0; rail < map_.rail_count(); ++rail) {
    const auto pairs = map_.on_rail(rounds, rail);
    for (std::size_t round = 0; round < all.size(); ++round)
      all[round].insert(all[round].end(), pairs[round].begin(), pairs[round].end());
  }
  PairOptions pair = pair_options(0);
  pair.size = *size_;
  pair.confirmation = confirmation;
  if (confirmation > 0) pair.passes = passes_of_a_repeat(options_.passes);
  pair.patience = sweep_time(rounds.size(), pair.passes) * patience_factor;
  pair.concurrent_rails = map_.rail_count();
  if (!pair.devices.empty()) pair.devices = {map_.rails[map_.rail_of(job_.rank())]};
  auto records = measure_pairs(job_, all, pair);
  for (Record& record : records) record.rail = map_.rails[map_.rail_of(*record.from_rank)];
  network_.rounds += static_cast<int>(rounds.size());
  return records;
}

std::vector<Record> LinkSearch::first_round() {
  choose_samples();
  const auto rounds = schedule();
  auto records = measure_rails(rounds, 0);
  auto together = measure_together(rounds, 0);
  std::ranges::move(together, std::back_inserter(records));
  return records;
}

std::optional<std::vector<Record>> LinkSearch::settle(const results::Run* run) {
  std::vector<results::OpenLink> open;
  if (run != nullptr) open = results::open_links(*run, options_.judge);
  open = collectives::gather_lists(job_.world, open)[0];
  if (open.empty()) return std::nullopt;
  ++repeat_;
  std::vector<Record> records;
  for (const bool together : {false, true}) {
    std::vector<std::pair<int, int>> pairs;
    for (const results::OpenLink& link : open)
      if (link.together == together) pairs.emplace_back(link.from, link.to);
    if (pairs.empty()) continue;
    const auto rounds = topology::repeat_rounds(pairs, leaf_of_);
    auto measured = together ? measure_together(rounds, repeat_) : measure_rails(rounds, repeat_);
    std::ranges::move(measured, std::back_inserter(records));
  }
  return records;
}

Seconds LinkSearch::sweep_time(std::size_t rounds, int passes) const {
  constexpr double directions = 2;
  const Seconds turn =
      std::max(options_.turn, LinkSearchOptions::sample_span * samples_a_turn) + turn_overhead;
  return turn * (directions * static_cast<double>(rounds) * passes);
}

Seconds LinkSearch::expected_time() const {
  const int sweeps =
      map_.rail_count() == 1 ? 1 : map_.rail_count() + (map_.why_not_together.empty() ? 1 : 0);
  return sweep_time(schedule().size(), options_.passes) * static_cast<double>(sweeps);
}

}  // namespace assay::benchmarks
