#include "topology/pair_schedule.hpp"

#include <algorithm>
#include <numeric>

namespace assay::topology {

namespace {

constexpr int nobody = -1;

/// How much of each host is taken in the round being filled.
class Load {
 public:
  Load(std::span<const int> host_of, std::span<const int> capacity, int at_least)
      : host_of_{host_of}, capacity_{capacity}, at_least_{at_least}, taken_(capacity.size()) {}

  [[nodiscard]] bool fits(int first, int second) const {
    const int host = host_of_[static_cast<std::size_t>(first)];
    const int other = host_of_[static_cast<std::size_t>(second)];
    if (host == other) return free(host) >= 2;
    return free(host) >= 1 && free(other) >= 1;
  }
  [[nodiscard]] bool fits(int rank) const {
    return free(host_of_[static_cast<std::size_t>(rank)]) >= 1;
  }
  void take(int rank) {
    ++taken_[static_cast<std::size_t>(host_of_[static_cast<std::size_t>(rank)])];
  }

 private:
  [[nodiscard]] int free(int host) const {
    const auto index = static_cast<std::size_t>(host);
    return std::max(capacity_[index], at_least_) - taken_[index];
  }

  std::span<const int> host_of_;
  std::span<const int> capacity_;
  int at_least_;
  std::vector<int> taken_;
};

}  // namespace

std::vector<PairRound> pair_rounds(int ranks) {
  if (ranks < 2) return {};
  const int seats = ranks + ranks % 2;
  std::vector<int> circle(static_cast<std::size_t>(seats));
  std::iota(circle.begin(), circle.end(), 0);
  if (seats != ranks) circle.back() = nobody;

  std::vector<PairRound> rounds;
  for (int round = 0; round < seats - 1; ++round) {
    PairRound pairs;
    for (std::size_t i = 0; i < circle.size() / 2; ++i) {
      const int one = circle[i];
      const int other = circle[circle.size() - 1 - i];
      if (one != nobody && other != nobody)
        pairs.emplace_back(std::min(one, other), std::max(one, other));
    }
    rounds.push_back(std::move(pairs));
    // The first seat stays; everyone else moves on by one.
    std::rotate(circle.begin() + 1, circle.end() - 1, circle.end());
  }
  return rounds;
}

std::vector<PairRound> limit_per_host(const std::vector<PairRound>& rounds,
                                      std::span<const int> host_of, std::span<const int> capacity) {
  constexpr int ranks_of_a_pair = 2;
  std::vector<PairRound> limited;
  for (PairRound rest : rounds) {
    while (!rest.empty()) {
      Load load{host_of, capacity, ranks_of_a_pair};
      PairRound now;
      PairRound later;
      for (const auto& pair : rest) {
        if (!load.fits(pair.first, pair.second)) {
          later.push_back(pair);
          continue;
        }
        load.take(pair.first);
        load.take(pair.second);
        now.push_back(pair);
      }
      limited.push_back(std::move(now));
      rest = std::move(later);
    }
  }
  return limited;
}

std::vector<std::vector<int>> device_groups(std::span<const int> host_of,
                                            std::span<const int> capacity) {
  std::vector<int> rest(host_of.size());
  std::iota(rest.begin(), rest.end(), 0);
  std::vector<std::vector<int>> groups;
  while (!rest.empty()) {
    Load load{host_of, capacity, 1};
    std::vector<int> now;
    std::vector<int> later;
    for (const int rank : rest) {
      if (load.fits(rank)) {
        load.take(rank);
        now.push_back(rank);
      } else {
        later.push_back(rank);
      }
    }
    groups.push_back(std::move(now));
    rest = std::move(later);
  }
  return groups;
}

}  // namespace assay::topology
