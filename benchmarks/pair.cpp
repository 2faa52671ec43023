#include "benchmarks/pair.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <memory>
#include <random>

#include "benchmarks/buffer.hpp"
#include "benchmarks/gathered_records.hpp"
#include "benchmarks/measurement.hpp"
#include "benchmarks/transport_choice.hpp"
#include "collectives/collective.hpp"
#include "results/record.hpp"

namespace assay::benchmarks {

using collectives::DataType;
using results::Record;
using topology::PairRound;

namespace {

constexpr std::uint64_t latency_bytes = 8;

/// One rank's part in a transfer between the two ranks of a group.
class Transfer final : public TimedOperation {
 public:
  Transfer(collectives::Collective& collective, Bytes size, bool is_sender)
      : collective_{collective},
        count_{size.value / sizeof(float)},
        pattern_{{.operation = collectives::Operation::transfer,
                  .rank = is_sender ? 0 : 1,
                  .ranks = 2,
                  .root = 0},
                 count_},
        buffer_{size.value} {}

  void prepare(std::uint64_t sample) override { pattern_.fill(buffer_.data(), count_, sample); }
  collectives::ExecutionStatus run(Deadline deadline) noexcept override {
    return collective_.run(buffer_.data(), buffer_.data(), count_, deadline);
  }
  std::optional<Mismatch> check(std::uint64_t sample) override {
    return pattern_.check(buffer_.data(), count_, sample);
  }

 private:
  collectives::Collective& collective_;
  std::size_t count_;
  Pattern pattern_;
  Buffer buffer_;
};

/// A directed pair and what is asked of it.
struct Cell {
  int from = 0;
  int to = 0;
  std::uint64_t bytes = 0;
  friend auto operator<=>(const Cell&, const Cell&) = default;
};

/// One direction between this rank and a partner, set up once: links, buffers and what was found.
class Direction {
 public:
  Direction(const Job& job, const PairOptions& options, collectives::Bootstrap& group, int from,
            int to)
      : transport_{make_pair_transport(job, options.transport, group)},
        collective_{collectives::make_transfer(sender(from, to), 1 - sender(from, to), group,
                                               *transport_, DataType::float32,
                                               executor_options(job, {from, to}))},
        stream_{*collective_, options.size, group.rank() == sender(from, to)},
        message_{*collective_, {latency_bytes}, group.rank() == sender(from, to)} {}

  [[nodiscard]] TimedOperation& stream() { return stream_; }
  [[nodiscard]] TimedOperation& message() { return message_; }
  [[nodiscard]] std::string_view transport() const { return transport_->name(); }

 private:
  /// Groups keep the order of the job's ranks.
  static int sender(int from, int to) { return from < to ? 0 : 1; }

  std::unique_ptr<collectives::Transport> transport_;
  std::unique_ptr<collectives::Collective> collective_;
  Transfer stream_;
  Transfer message_;
};

class PairMeter {
 public:
  PairMeter(const Job& job, const PairOptions& options) : job_{job}, options_{options} {}

  /// Collective: makes the group of this rank's pair of `round`, and both directions' links.
  void open(const PairRound& round) {
    const auto mine = find(round);
    const int colour = mine == round.end() ? collectives::Bootstrap::no_group
                                           : static_cast<int>(mine - round.begin());
    auto group = job_.world.split(colour);
    if (!group) return;
    const auto [one, other] = *mine;
    job_.announce(fmt::format("opening links {}<->{}", one, other));
    directions_[{one, other}] = std::make_unique<Direction>(job_, options_, *group, one, other);
    directions_[{other, one}] = std::make_unique<Direction>(job_, options_, *group, other, one);
    groups_[*mine] = std::move(group);
  }

  /// One turn of a round: this rank's pair, if it has one, both directions; then all meet.
  void run(const PairRound& round, bool swapped) {
    const auto mine = find(round);
    if (mine != round.end()) {
      auto [one, other] = *mine;
      if (swapped) std::swap(one, other);
      measure(*groups_[*mine], one, other);
      measure(*groups_[*mine], other, one);
    }
    job_.world.patient_barrier();
  }

  [[nodiscard]] std::vector<Record> records() const;

 private:
  [[nodiscard]] PairRound::const_iterator find(const PairRound& round) const {
    return std::find_if(round.begin(), round.end(), [&](const auto& pair) {
      return pair.first == job_.rank() || pair.second == job_.rank();
    });
  }

  void measure(collectives::Bootstrap& group, int from, int to) {
    Direction& direction = *directions_[{from, to}];
    const auto take = [&](TimedOperation& operation, std::uint64_t bytes, Seconds budget) {
      job_.announce(fmt::format("pair {}->{} {} bytes", from, to, bytes));
      SamplerOptions sampling = options_.sampler;
      sampling.budget = budget;
      Sampler sampler{group, job_.alignment, job_.heartbeat};
      append_pass(collected_[{from, to, bytes}], sampler.sample(operation, sampling));
    };
    constexpr double latency_share = 0.15;
    take(direction.stream(), options_.size.value, options_.sampler.budget);
    take(direction.message(), latency_bytes, options_.sampler.budget * latency_share);
  }

  const Job& job_;
  PairOptions options_;
  std::map<std::pair<int, int>, std::unique_ptr<collectives::Bootstrap>> groups_;
  std::map<std::pair<int, int>, std::unique_ptr<Direction>> directions_;  ///< after the groups
  std::map<Cell, Samples> collected_;
};

/// The records of the cells that this rank speaks for: those of pairs whose lower rank it is.
std::vector<Record> PairMeter::records() const {
  std::vector<Record> made;
  for (const auto& [cell, samples] : collected_) {
    if (std::min(cell.from, cell.to) != job_.rank()) continue;
    Record record;
    record.benchmark = cell.bytes == latency_bytes ? "pair_latency" : "pair";
    record.implementation = "assay";
    record.transport = directions_.at({cell.from, cell.to})->transport();
    record.dtype = info(DataType::float32).name;
    record.size_bytes = cell.bytes;
    record.ranks = 2;
    record.registered = false;
    record.from = job_.identity(cell.from).host;
    record.to = job_.identity(cell.to).host;
    record.from_rank = cell.from;
    record.to_rank = cell.to;
    record.confirmation = options_.confirmation;
    describe(record, samples, {std::min(cell.from, cell.to), std::max(cell.from, cell.to)});
    add_bandwidth(record, 1.0);
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
  for (const PairRound& round : rounds) meter.open(round);
  for (int pass = 0; pass < options.passes; ++pass) {
    for (const PairRound& round : rounds) meter.run(round, pass % 2 == 1);
    std::shuffle(rounds.begin(), rounds.end(), random);
  }
  return gather_records(job.world, meter.records());
}

std::vector<PairRound> all_pair_rounds(const Job& job) {
  return topology::limit_per_host(topology::pair_rounds(job.size()), job.host_of, job.processors);
}

}  // namespace assay::benchmarks
