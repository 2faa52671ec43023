#include "benchmarks/pair.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <memory>
#include <random>
#include <span>
#include <string>

#include "benchmarks/gathered_records.hpp"
#include "benchmarks/measurement.hpp"
#include "benchmarks/transfer_end.hpp"
#include "benchmarks/transport_choice.hpp"
#include "collectives/collective.hpp"
#include "collectives/together.hpp"
#include "core/clock.hpp"
#include "results/record.hpp"
#include "topology/network_counters.hpp"

namespace assay::benchmarks {

using collectives::DataType;
using results::Record;
using topology::PairRound;

namespace {

constexpr std::uint64_t latency_bytes = 8;
/// Rounds whose links are open and that take turns: they hold half a megabyte a direction.
constexpr int rounds_open_at_once = 64;

void add(topology::Counters& sum, const topology::Counters& more) {
  for (const auto& [name, count] : more) sum[name] += count;
}

enum class Asked { bandwidth, latency, round_trip };

const char* benchmark_name(Asked asked) {
  switch (asked) {
    case Asked::bandwidth:
      return "pair";
    case Asked::latency:
      return "pair_latency";
    case Asked::round_trip:
      return "pair_round_trip";
  }
  return "";
}

/// A directed pair and what is asked of it.
struct Cell {
  int from = 0;
  int to = 0;
  Asked asked = Asked::bandwidth;
  friend auto operator<=>(const Cell&, const Cell&) = default;
};

/// A pair's ranks by their numbers in its group, which keeps the order of the job's ranks.
std::vector<int> members_of(int from, int to) { return {std::min(from, to), std::max(from, to)}; }

/// The links of one direction between this rank and a partner.
struct Direction {
  Direction(const Job& job, const PairOptions& options, collectives::Bootstrap& group, int from,
            int to)
      : transport{make_transport(job,
                                 choose_transport(job, options.transport, members_of(from, to)),
                                 members_of(from, to), group)},
        collective{collectives::make_transfer(from < to ? 0 : 1, from < to ? 1 : 0, group,
                                              *transport, DataType::float32,
                                              executor_options(job, members_of(from, to)))} {}

  std::unique_ptr<collectives::Transport> transport;
  std::unique_ptr<collectives::Collective> collective;
};

/// The job as it would be if it had been told to use these devices alone.
Job with_devices(Job job, const std::vector<std::string>& devices) {
  if (!devices.empty()) job.transport_options.rails = devices;
  return job;
}

class PairMeter {
 public:
  PairMeter(const Job& job, const PairOptions& options)
      : job_{with_devices(job, options.devices)},
        options_{options},
        stream_{TransferEnd{options.size, false}, TransferEnd{options.size, true}},
        message_{TransferEnd{{latency_bytes}, false}, TransferEnd{{latency_bytes}, true}} {}

  /// Collective: makes the group of this rank's pair of `round`, and both directions' links, unless
  /// another round has the same pair.
  /// Throws  the same on all ranks, if one pair cannot.
  void open(const PairRound& round) {
    const auto mine = find(round);
    const bool is_new =
        mine != round.end() && !groups_.contains(std::minmax(mine->first, mine->second));
    const int colour =
        is_new ? static_cast<int>(mine - round.begin()) : collectives::Bootstrap::no_group;
    auto group = job_.world.split(colour);
    // Where a pair cannot, all must know.
    collectives::together(job_.world, [&] {
      if (!group) return;
      const auto [one, other] = *mine;
      job_.announce(fmt::format("opening links {}<->{}", one, other));
      directions_.emplace(std::pair{one, other}, Direction{job_, options_, *group, one, other});
      directions_.emplace(std::pair{other, one}, Direction{job_, options_, *group, other, one});
    });
    if (group) groups_.emplace(std::minmax(mine->first, mine->second), std::move(group));
  }

  /// One turn of a round: this rank's pair, if it has one, in one direction; then all meet; then
  /// the other.
  void run(const PairRound& round, bool swapped) {
    const auto mine = find(round);
    for (const bool forth : {!swapped, swapped}) {
      if (mine != round.end()) {
        const auto [one, other] = *mine;
        measure(*groups_.at(std::minmax(one, other)), forth ? one : other, forth ? other : one);
      }
      job_.world.patient_barrier();
    }
  }

  /// Closes all links; what was measured is kept.
  void close() {
    directions_.clear();
    groups_.clear();
  }

  [[nodiscard]] std::vector<Record> records() const;

 private:
  [[nodiscard]] PairRound::const_iterator find(const PairRound& round) const {
    return std::find_if(round.begin(), round.end(), [&](const auto& pair) {
      return pair.first == job_.rank() || pair.second == job_.rank();
    });
  }

  void measure(collectives::Bootstrap& group, int from, int to) {
    Direction& direction = directions_.at({from, to});
    transports_[{from, to}] = direction.transport->name();
    const bool sends = from == job_.rank();
    TransferEnd& stream = stream_[sends ? 1 : 0];
    TransferEnd& message = message_[sends ? 1 : 0];
    stream.choose(*direction.collective);
    message.choose(*direction.collective);
    const auto take = [&](TimedOperation& operation, Asked asked, Seconds budget) {
      SamplerOptions sampling = options_.sampler;
      sampling.budget = budget;
      Sampler sampler{group, job_.alignment, job_.heartbeat};
      append_pass(collected_[{from, to, asked}], sampler.sample(operation, sampling));
    };
    constexpr double latency_share = 0.15;
    job_.announce(fmt::format("pair {}->{} {} bytes", from, to, options_.size.value));
    if (options_.bandwidth) {
      const bool counts = options_.count_segments && sends;
      const auto before = counts ? topology::read_tcp_counters() : topology::Counters{};
      take(stream, Asked::bandwidth, options_.sampler.budget);
      if (counts) add(segments_[to], topology::growth(before, topology::read_tcp_counters()));
    }
    job_.announce(fmt::format("pair {}->{} {} bytes", from, to, latency_bytes));
    if (options_.latency) take(message, Asked::latency, options_.sampler.budget * latency_share);
    if (options_.round_trip) {
      TransferEnd& answer = message_[sends ? 0 : 1];
      answer.choose(*directions_.at({to, from}).collective);
      RoundTrip there_and_back{message, answer};
      take(there_and_back, Asked::round_trip, options_.sampler.budget * latency_share);
    }
  }

  Job job_;
  PairOptions options_;
  std::array<TransferEnd, 2> stream_;   ///< receives, sends
  std::array<TransferEnd, 2> message_;  ///< likewise
  std::map<std::pair<int, int>, std::unique_ptr<collectives::Bootstrap>>
      groups_;                                           ///< the lower rank first
  std::map<std::pair<int, int>, Direction> directions_;  ///< after the groups
  std::map<std::pair<int, int>, std::string> transports_;
  std::map<Cell, Samples> collected_;
  std::map<int, topology::Counters> segments_;  ///< by receiver, of what this rank sent
};

/// The samples, each counted from when the sender of a pair arrived: where the receiver comes late,
/// part of the message is there already, and from its arrival on a link looks quicker than it is.
Samples from_sending(const Samples& samples, std::size_t sender) {
  Samples seen = samples;
  for (std::size_t i = 0; i < seen.duration_s.size(); ++i)
    seen.duration_s[i] += samples.skew_s[i] - samples.late_s[sender][i];
  return seen;
}

/// The records of the cells that this rank speaks for: of what it sent.
std::vector<Record> PairMeter::records() const {
  std::vector<Record> made;
  for (const auto& [cell, samples] : collected_) {
    const auto [low, high] = std::minmax(cell.from, cell.to);
    if (cell.from != job_.rank()) continue;
    Record record;
    record.benchmark = benchmark_name(cell.asked);
    record.implementation = "assay";
    record.transport = transports_.at({cell.from, cell.to});
    record.dtype = info(DataType::float32).name;
    record.size_bytes = cell.asked == Asked::bandwidth ? options_.size.value : latency_bytes;
    record.ranks = 2;
    record.registered = false;
    record.from = job_.identity(cell.from).host;
    record.to = job_.identity(cell.to).host;
    record.from_rank = cell.from;
    record.to_rank = cell.to;
    record.rail = options_.rail;
    if (options_.concurrent_rails > 1) record.concurrent_rails = options_.concurrent_rails;
    record.confirmation = options_.confirmation;
    if (cell.asked == Asked::round_trip) {
      // From the sending of the one that begins: it does not matter who arrived last.
      Samples seen = samples;
      seen.duration_s = samples.own_s[cell.from == low ? 0 : 1];
      describe(record, seen, {low, high});
    } else {
      describe(record, from_sending(samples, cell.from == low ? 0 : 1), {low, high});
      add_bandwidth(record, 1.0);
    }
    const auto segments = segments_.find(cell.to);
    if (cell.asked == Asked::bandwidth && segments != segments_.end())
      record.counters = segments->second;
    made.push_back(std::move(record));
  }
  return made;
}

}  // namespace

std::vector<Record> measure_pairs(const Job& job, std::vector<PairRound> rounds,
                                  const PairOptions& options) {
  PairMeter meter{job, options};
  // The same numbers on all ranks: they must agree on the order.
  std::mt19937 random{static_cast<unsigned>(options.confirmation)};
  const auto open_at_once = static_cast<std::size_t>(rounds_open_at_once);
  for (std::size_t begin = 0; begin < rounds.size(); begin += open_at_once) {
    const std::size_t count = std::min(open_at_once, rounds.size() - begin);
    const std::span<PairRound> now{rounds.data() + begin, count};
    for (const PairRound& round : now) meter.open(round);
    const double share = static_cast<double>(count) / static_cast<double>(rounds.size());
    const auto begun = steady_now();
    const auto is_spent = [&] {
      return options.patience && collectives::from_rank_zero(job.world, steady_now() - begun) >
                                     *options.patience * share;
    };
    for (std::size_t turn = 0; turn < count * static_cast<std::size_t>(options.passes); ++turn) {
      const auto pass = static_cast<int>(turn / count);
      if (pass >= PairOptions::passes_at_least && is_spent()) break;
      if (turn > 0 && turn % count == 0) std::ranges::shuffle(now, random);
      meter.run(now[turn % count], pass % 2 == 1);
    }
    meter.close();
  }
  return gather_records(job.world, meter.records());
}

std::vector<PairRound> all_pair_rounds(const Job& job) {
  return topology::limit_per_host(topology::pair_rounds(job.size()), job.host_of, job.processors);
}

}  // namespace assay::benchmarks
