#include "topology/link_schedule.hpp"

#include <algorithm>
#include <map>
#include <numeric>
#include <random>
#include <set>

namespace assay::topology {

namespace {

using Nodes = std::vector<int>;

std::pair<int, int> ordered(int one, int other) {
  return {std::min(one, other), std::max(one, other)};
}

std::vector<Nodes> nodes_by_leaf(std::span<const int> leaf_of) {
  std::vector<Nodes> leaves;
  for (std::size_t node = 0; node < leaf_of.size(); ++node) {
    const auto leaf = static_cast<std::size_t>(leaf_of[node]);
    if (leaf >= leaves.size()) leaves.resize(leaf + 1);
    leaves[leaf].push_back(static_cast<int>(node));
  }
  std::erase_if(leaves, [](const Nodes& nodes) { return nodes.empty(); });
  return leaves;
}

/// Adds the pairs of round number `round`, which other leaves share.
void add_to_round(std::vector<PairRound>& rounds, std::size_t round, const PairRound& pairs) {
  if (round >= rounds.size()) rounds.resize(round + 1);
  rounds[round].insert(rounds[round].end(), pairs.begin(), pairs.end());
}

/// `round` of places among `nodes` as a round of the nodes.
PairRound of_nodes(const PairRound& round, const Nodes& nodes) {
  PairRound named;
  for (const auto& [one, other] : round)
    named.push_back(
        ordered(nodes[static_cast<std::size_t>(one)], nodes[static_cast<std::size_t>(other)]));
  return named;
}

/// Every node of the smaller leaf with one of the larger, `shift` places on; all pairs go from the
/// first leaf to the second.
PairRound meeting(const Nodes& one, const Nodes& other, std::size_t shift) {
  PairRound pairs;
  for (std::size_t i = 0; i < std::min(one.size(), other.size()); ++i)
    pairs.push_back(one.size() <= other.size()
                        ? std::pair{one[i], other[(i + shift) % other.size()]}
                        : std::pair{one[(i + shift) % one.size()], other[i]});
  return pairs;
}

std::size_t shifts_of(const Nodes& one, const Nodes& other) {
  return std::max(one.size(), other.size());
}

int size_of(const std::vector<Nodes>& leaves) { return static_cast<int>(leaves.size()); }

/// In which shift of a meeting the pair stands.
std::size_t shift_of(const std::pair<int, int>& pair, const Nodes& senders,
                     const Nodes& receivers) {
  const auto place = [](const Nodes& nodes, int node) {
    return static_cast<std::size_t>(std::ranges::find(nodes, node) - nodes.begin());
  };
  const std::size_t i = place(senders, pair.first);
  const std::size_t j = place(receivers, pair.second);
  const std::size_t size = shifts_of(senders, receivers);
  return senders.size() <= receivers.size() ? (j + size - i) % size : (i + size - j) % size;
}

/// Where pairs of two leaves are wanted, meetings of these that hold all of them: in each those of
/// one shift, as many others as are disjoint, and pairs of the nodes left.
std::vector<PairRound> meetings_with(PairRound wanted, const Nodes& senders,
                                     const Nodes& receivers) {
  std::ranges::stable_sort(wanted, {}, [&](const std::pair<int, int>& pair) {
    return shift_of(pair, senders, receivers);
  });
  std::vector<PairRound> meetings;
  while (!wanted.empty()) {
    std::set<int> met;
    PairRound meeting;
    std::erase_if(wanted, [&](const std::pair<int, int>& pair) {
      if (met.count(pair.first) > 0 || met.count(pair.second) > 0) return false;
      met.insert({pair.first, pair.second});
      meeting.push_back(pair);
      return true;
    });
    auto receiver = receivers.begin();
    for (const int sender : senders) {
      if (met.count(sender) > 0) continue;
      while (receiver != receivers.end() && met.count(*receiver) > 0) ++receiver;
      if (receiver == receivers.end()) break;
      meeting.emplace_back(sender, *receiver++);
    }
    meetings.push_back(std::move(meeting));
  }
  return meetings;
}

class Partners {
 public:
  explicit Partners(std::size_t nodes) : count_(nodes) {}
  void add(const PairRound& round) {
    for (const auto& [one, other] : round) {
      ++count_[static_cast<std::size_t>(one)];
      ++count_[static_cast<std::size_t>(other)];
    }
  }
  [[nodiscard]] bool all_have(int partners) const {
    return std::ranges::all_of(count_, [&](int own) { return own >= partners; });
  }

 private:
  std::vector<int> count_;
};

/// The first `partners` rounds of every leaf's tournament, in an order of its own; an odd leaf has
/// one more, as in each round one of its nodes rests.
std::vector<PairRound> cover_within(const std::vector<Nodes>& leaves, int partners,
                                    std::mt19937& random) {
  std::vector<PairRound> rounds;
  for (Nodes nodes : leaves) {
    std::ranges::shuffle(nodes, random);
    const auto tournament = pair_rounds(static_cast<int>(nodes.size()));
    const std::size_t wanted = static_cast<std::size_t>(partners) + nodes.size() % 2;
    for (std::size_t round = 0; round < std::min(wanted, tournament.size()); ++round)
      add_to_round(rounds, round, of_nodes(tournament[round], nodes));
  }
  return rounds;
}

/// Tournaments of the leaves, each meeting with another shift, until every node has enough.
std::vector<PairRound> cover_across(std::vector<Nodes> leaves, std::size_t nodes, int partners,
                                    std::mt19937& random) {
  for (Nodes& leaf : leaves) std::ranges::shuffle(leaf, random);
  std::size_t shifts = 0;
  for (const Nodes& leaf : leaves) shifts = std::max(shifts, leaf.size());
  std::vector<PairRound> rounds;
  Partners met{nodes};
  for (std::size_t shift = 0; shift < shifts; ++shift) {
    for (const PairRound& meetings : pair_rounds(size_of(leaves))) {
      PairRound round;
      for (const auto& [a, b] : meetings) {
        const Nodes& one = leaves[static_cast<std::size_t>(a)];
        const Nodes& other = leaves[static_cast<std::size_t>(b)];
        if (shift >= shifts_of(one, other)) continue;
        const PairRound pairs = meeting(one, other, shift);
        round.insert(round.end(), pairs.begin(), pairs.end());
      }
      met.add(round);
      if (!round.empty()) rounds.push_back(std::move(round));
    }
    if (met.all_have(partners)) break;
  }
  return rounds;
}

}  // namespace

std::vector<PairRound> all_pairs_by_leaf(std::span<const int> leaf_of) {
  const auto leaves = nodes_by_leaf(leaf_of);
  std::vector<PairRound> rounds;
  for (const Nodes& nodes : leaves) {
    const auto tournament = pair_rounds(static_cast<int>(nodes.size()));
    for (std::size_t round = 0; round < tournament.size(); ++round)
      add_to_round(rounds, round, of_nodes(tournament[round], nodes));
  }
  for (const PairRound& meetings : pair_rounds(size_of(leaves))) {
    const std::size_t begin = rounds.size();
    for (const auto& [a, b] : meetings) {
      const Nodes& one = leaves[static_cast<std::size_t>(a)];
      const Nodes& other = leaves[static_cast<std::size_t>(b)];
      for (std::size_t shift = 0; shift < shifts_of(one, other); ++shift)
        add_to_round(rounds, begin + shift, meeting(one, other, shift));
    }
  }
  return rounds;
}

std::vector<PairRound> cover_by_leaf(std::span<const int> leaf_of, int partners,
                                     std::uint32_t seed) {
  std::mt19937 random{seed};
  const auto leaves = nodes_by_leaf(leaf_of);
  auto rounds = cover_within(leaves, partners, random);
  const auto across = cover_across(leaves, leaf_of.size(), partners, random);
  rounds.insert(rounds.end(), across.begin(), across.end());
  return rounds;
}

std::vector<PairRound> random_matchings(int nodes, int count, std::uint32_t seed) {
  std::mt19937 random{seed};
  Nodes order(static_cast<std::size_t>(std::max(nodes, 0)));
  std::iota(order.begin(), order.end(), 0);
  std::ranges::shuffle(order, random);
  auto tournament = pair_rounds(nodes);
  std::ranges::shuffle(tournament, random);
  tournament.resize(std::min(tournament.size(), static_cast<std::size_t>(std::max(count, 0))));
  for (PairRound& round : tournament) round = of_nodes(round, order);
  return tournament;
}

std::vector<PairRound> repeat_rounds(std::span<const std::pair<int, int>> pairs,
                                     std::span<const int> leaf_of) {
  const auto leaves = nodes_by_leaf(leaf_of);
  const auto leaf = [&](int node) {
    return static_cast<std::size_t>(leaf_of[static_cast<std::size_t>(node)]);
  };
  PairRound within;
  std::map<std::pair<std::size_t, std::size_t>, std::set<std::pair<int, int>>> across;
  for (const auto& [one, other] : pairs) {
    if (leaf(one) == leaf(other))
      within.push_back(ordered(one, other));
    else if (leaf(one) < leaf(other))
      across[{leaf(one), leaf(other)}].insert({one, other});
    else
      across[{leaf(other), leaf(one)}].insert({other, one});
  }
  std::ranges::sort(within);
  within.erase(std::ranges::unique(within).begin(), within.end());
  auto rounds = rounds_of(within, static_cast<int>(leaf_of.size()));
  const std::size_t begin = rounds.size();
  std::vector<std::set<std::size_t>> busy;
  for (const auto& [two, wanted] : across) {
    const auto& [from, to] = two;
    for (const PairRound& meeting :
         meetings_with({wanted.begin(), wanted.end()}, leaves[from], leaves[to])) {
      std::size_t round = 0;
      while (round < busy.size() && (busy[round].count(from) > 0 || busy[round].count(to) > 0))
        ++round;
      if (round == busy.size()) busy.emplace_back();
      busy[round].insert({from, to});
      add_to_round(rounds, begin + round, meeting);
    }
  }
  return rounds;
}

std::vector<PairRound> rounds_of(std::span<const std::pair<int, int>> pairs, int nodes) {
  std::vector<PairRound> rounds;
  std::vector<std::vector<bool>> busy;
  for (const auto& [one, other] : pairs) {
    const auto a = static_cast<std::size_t>(one);
    const auto b = static_cast<std::size_t>(other);
    std::size_t round = 0;
    while (round < rounds.size() && (busy[round][a] || busy[round][b])) ++round;
    if (round == rounds.size()) {
      rounds.emplace_back();
      busy.emplace_back(static_cast<std::size_t>(nodes));
    }
    busy[round][a] = busy[round][b] = true;
    rounds[round].push_back(ordered(one, other));
  }
  return rounds;
}

}  // namespace assay::topology
