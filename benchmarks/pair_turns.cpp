#include "benchmarks/pair_turns.hpp"

#include <algorithm>

namespace assay::benchmarks {

using topology::PairRound;

namespace {

/// Meeting and agreeing, per round and pass, as seen on two cores.
constexpr Seconds pair_overhead{0.01};

Seconds round_time(const AcceptanceLevel& level) {
  constexpr double directions_and_latency = 2.3;
  return level.pair_budget * directions_and_latency + pair_overhead;
}

}  // namespace

int pair_passes(const AcceptanceLevel& level, int rounds) {
  constexpr int at_least = 8;
  constexpr int at_most = 100;
  const double all_rounds = round_time(level).value * rounds;
  return std::clamp(static_cast<int>(level.pair_stage.value / all_rounds), at_least, at_most);
}

Seconds pair_time(const AcceptanceLevel& level, int rounds) {
  if (rounds == 0) return {};
  return round_time(level) * static_cast<double>(rounds * pair_passes(level, rounds));
}

std::vector<PairRound> pairs_within_hosts(const Job& job) {
  auto rounds = all_pair_rounds(job);
  for (PairRound& round : rounds)
    std::erase_if(round, [&](const auto& pair) {
      return job.host_of[static_cast<std::size_t>(pair.first)] !=
             job.host_of[static_cast<std::size_t>(pair.second)];
    });
  std::erase_if(rounds, [](const PairRound& round) { return round.empty(); });
  return rounds;
}

std::vector<PairRound> rounds_among(std::vector<PairRound> rounds, const std::vector<int>& ranks) {
  const auto is_out = [&](int rank) { return std::ranges::find(ranks, rank) == ranks.end(); };
  for (PairRound& round : rounds)
    std::erase_if(round,
                  [&](const auto& pair) { return is_out(pair.first) || is_out(pair.second); });
  std::erase_if(rounds, [](const PairRound& round) { return round.empty(); });
  return rounds;
}

}  // namespace assay::benchmarks
