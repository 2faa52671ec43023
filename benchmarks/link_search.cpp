#include "benchmarks/link_search.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <set>
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
constexpr std::uint32_t schedule_seed = 1;

/// Repeats are shorter: what they leave in doubt the next one tells.
int passes_of_a_repeat(int passes) { return (passes + 1) / 2; }

std::string listed(const std::vector<std::string>& names) {
  constexpr std::size_t at_most = 8;
  if (names.size() <= at_most) return fmt::format("{}", fmt::join(names, ", "));
  const std::vector<std::string> first(names.begin(), names.begin() + at_most);
  return fmt::format("{} and {} more", fmt::join(first, ", "), names.size() - at_most);
}

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
    : job_{job}, options_{std::move(options)}, size_{options_.size} {
  choose_nodes();
  choose_rails();
  set_leaves(options_.fabric ? topology::leaves_of(*options_.fabric, names_)
                             : topology::flat_leaves(hosts_.size()));
  if (options_.fabric) network_.origin = options_.fabric->origin;
}

void LinkSearch::choose_nodes() {
  std::vector<std::string> all;
  for (int rank = 0; rank < job_.size(); ++rank) {
    const auto host = static_cast<std::size_t>(job_.host_of[static_cast<std::size_t>(rank)]);
    if (host >= all.size()) all.push_back(job_.identity(rank).host);
  }
  std::set<std::string> wanted;
  for (const std::string& name : options_.nodes) {
    if (std::ranges::find(all, name) == all.end())
      throw UsageError{fmt::format("node '{}' is not among this job's: {}", name, listed(all))};
    if (!wanted.insert(name).second)
      throw UsageError{fmt::format("node '{}' is named twice", name)};
  }
  for (std::size_t host = 0; host < all.size(); ++host) {
    if (!wanted.empty() && wanted.count(all[host]) == 0) continue;
    hosts_.push_back(static_cast<int>(host));
    names_.push_back(all[host]);
  }
  if (hosts_.size() < 2)
    throw UsageError{fmt::format(
        "links are searched between two nodes or more, and there is {}; start ranks on others "
        "(mpirun --host, srun -N)",
        names_.empty() ? "none" : names_[0])};
}

void LinkSearch::choose_rails() {
  for (const int host : hosts_) {
    auto& ranks = rank_of_.emplace_back();
    for (int rank = 0; rank < job_.size(); ++rank)
      if (job_.host_of[static_cast<std::size_t>(rank)] == host) ranks.push_back(rank);
  }
  std::size_t rails_of_all = rank_of_[0].size();
  for (std::size_t node = 1; node < rank_of_.size(); ++node) {
    rails_of_all = std::min(rails_of_all, rank_of_[node].size());
    if (options_.same_ranks && rank_of_[node].size() != rank_of_[0].size())
      throw UsageError{fmt::format(
          "node {} has {} ranks and {} has {}: start the same number on every node, as rank k of "
          "each is its end on rail k (mpirun --map-by ppr:1:node)",
          names_[0], rank_of_[0].size(), names_[node], rank_of_[node].size())};
  }
  for (auto& ranks : rank_of_) ranks.resize(rails_of_all);
  const auto& devices = job_.transport_options.rails;
  if (devices.size() > 1) {
    name_devices(devices);
    return;
  }
  if (rails() > 1)
    for (int rail = 0; rail < rails(); ++rail) network_.rails.push_back(std::to_string(rail));
  for (std::size_t node = 0; node < hosts_.size(); ++node)
    if (rails() > job_.processors[static_cast<std::size_t>(hosts_[node])])
      why_not_together_ = fmt::format("{} has fewer processors than rails", names_[node]);
}

void LinkSearch::name_devices(const std::vector<std::string>& devices) {
  network_.rails = devices;
  for (auto& ranks : rank_of_) {
    if (ranks.size() != 1 && ranks.size() != devices.size())
      throw UsageError{
          fmt::format("{} ranks on a node and {} rails: start one rank on every node, or one for "
                      "each rail (mpirun --map-by ppr:{}:node)",
                      ranks.size(), devices.size(), devices.size())};
    if (ranks.size() == 1) {
      ranks.resize(devices.size(), ranks[0]);
      why_not_together_ = "one rank a node uses one rail at a time";
    }
  }
}

void LinkSearch::set_leaves(const topology::Leaves& leaves) {
  leaf_of_ = leaves.leaf_of;
  network_.source = name_of(leaves.source);
  network_.leaves.clear();
  for (const std::string& name : leaves.names) network_.leaves.push_back({name, {}});
  for (std::size_t node = 0; node < names_.size(); ++node)
    network_.leaves[static_cast<std::size_t>(leaf_of_[node])].hosts.push_back(names_[node]);
}

std::vector<PairRound> LinkSearch::schedule() const {
  if (options_.every_pair || node_count() <= LinkSearchOptions::every_pair_up_to)
    return topology::all_pairs_by_leaf(leaf_of_);
  if (network_.leaves.size() > 1) return topology::cover_by_leaf(leaf_of_, partners, schedule_seed);
  return topology::random_matchings(node_count(), random_partners, schedule_seed);
}

std::vector<PairRound> LinkSearch::on_rail(const std::vector<PairRound>& rounds, int rail) const {
  std::vector<PairRound> of_ranks;
  for (const PairRound& round : rounds) {
    auto& pairs = of_ranks.emplace_back();
    for (const auto& [one, other] : round) pairs.emplace_back(rank(one, rail), rank(other, rail));
  }
  return of_ranks;
}

PairOptions LinkSearch::pair_options(int rail) const {
  PairOptions pair;
  pair.transport = options_.transport;
  pair.passes = options_.passes;
  pair.sampler.budget = options_.turn;
  pair.sampler.deadline = options_.deadline;
  pair.sampler.warmup = 1;
  pair.sampler.operations = messages_;
  pair.latency = false;
  if (rails() == 1) return pair;
  pair.rail = network_.rails[static_cast<std::size_t>(rail)];
  if (!job_.transport_options.rails.empty()) pair.devices = {*pair.rail};
  return pair;
}

std::vector<Record> LinkSearch::look_around() {
  if (options_.fabric || node_count() > latencies_up_to || node_count() <= 2) return {};
  PairOptions pair = pair_options(0);
  pair.bandwidth = false;
  pair.round_trip = true;
  pair.sampler.budget = look_turn;
  const auto rounds = topology::all_pairs_by_leaf(leaf_of_);
  auto records = measure_pairs(job_, on_rail(rounds, 0), pair);
  // Rank 0 has the records; all must know what it makes of them.
  std::vector<int> leaf_of;
  if (job_.rank() == 0)
    if (const auto leaves = guess(records)) leaf_of = leaves->leaf_of;
  leaf_of = collectives::gather_lists(job_.world, leaf_of)[0];
  if (leaf_of.empty()) return records;
  topology::Leaves leaves{topology::Fabric::Source::guessed, {}, leaf_of};
  for (int leaf = 0; leaf <= *std::ranges::max_element(leaf_of); ++leaf) {
    const auto first = std::ranges::find(leaf_of, leaf) - leaf_of.begin();
    leaves.names.push_back("leaf of " + names_[static_cast<std::size_t>(first)]);
  }
  set_leaves(leaves);
  return records;
}

std::optional<topology::Leaves> LinkSearch::guess(const std::vector<Record>& latencies) const {
  const auto nodes = static_cast<std::size_t>(node_count());
  std::vector<double> matrix(nodes * nodes, std::numeric_limits<double>::quiet_NaN());
  const auto node_of = [&](const std::string& host) {
    return static_cast<std::size_t>(std::ranges::find(names_, host) - names_.begin());
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
  const auto rounds = on_rail(topology::random_matchings(node_count(), 1, schedule_seed), 0);
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
    const double wanted =
        rates.empty() ? 0 : results::median(rates) * LinkSearchOptions::sample_span.value;
    auto bytes =
        static_cast<std::uint64_t>(std::clamp(wanted, static_cast<double>(smallest_message.value),
                                              static_cast<double>(largest_message.value)));
    bytes -= bytes % smallest_message.value;
    size_ = Bytes{collectives::from_rank_zero(job_.world, bytes)};
    messages_ = collectives::from_rank_zero(
        job_.world, std::max(1, static_cast<int>(wanted / static_cast<double>(bytes))));
  }
}

std::vector<Record> LinkSearch::measure_rails(const std::vector<PairRound>& rounds,
                                              int confirmation) {
  std::vector<Record> records;
  for (int rail = 0; rail < rails(); ++rail) {
    PairOptions pair = pair_options(rail);
    pair.size = *size_;
    pair.confirmation = confirmation;
    if (confirmation > 0) pair.passes = passes_of_a_repeat(options_.passes);
    auto measured = measure_pairs(job_, on_rail(rounds, rail), pair);
    std::ranges::move(measured, std::back_inserter(records));
  }
  rounds_ += static_cast<int>(rounds.size()) * rails();
  return records;
}

std::size_t LinkSearch::rail_of(int rank) const {
  for (const auto& ranks : rank_of_) {
    const auto found = std::ranges::find(ranks, rank);
    if (found != ranks.end()) return static_cast<std::size_t>(found - ranks.begin());
  }
  return 0;  // a rank that takes no part
}

std::vector<Record> LinkSearch::measure_together(const std::vector<PairRound>& rounds,
                                                 int confirmation) {
  if (rails() == 1 || !why_not_together_.empty()) return {};
  std::vector<PairRound> all(rounds.size());
  for (int rail = 0; rail < rails(); ++rail) {
    const auto pairs = on_rail(rounds, rail);
    for (std::size_t round = 0; round < all.size(); ++round)
      all[round].insert(all[round].end(), pairs[round].begin(), pairs[round].end());
  }
  PairOptions pair = pair_options(0);
  pair.size = *size_;
  pair.confirmation = confirmation;
  if (confirmation > 0) pair.passes = passes_of_a_repeat(options_.passes);
  pair.concurrent_rails = rails();
  if (!pair.devices.empty()) pair.devices = {network_.rails[rail_of(job_.rank())]};
  auto records = measure_pairs(job_, all, pair);
  for (Record& record : records) record.rail = network_.rails[rail_of(*record.from_rank)];
  rounds_ += static_cast<int>(rounds.size());
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

Seconds LinkSearch::expected_time() const {
  constexpr double directions = 2;
  // Six samples at least, and one for warming up, of messages that take sample_span.
  constexpr double samples_a_turn = 7;
  const Seconds turn =
      std::max(options_.turn, LinkSearchOptions::sample_span * samples_a_turn) + turn_overhead;
  const int sweeps = rails() == 1 ? 1 : rails() + (why_not_together_.empty() ? 1 : 0);
  return turn * (directions * static_cast<double>(schedule().size()) * options_.passes * sweeps);
}

}  // namespace assay::benchmarks
