#pragma once

#include <algorithm>
#include <cmath>
#include <map>
#include <random>
#include <utility>
#include <vector>

#include "results/hop_trace.hpp"
#include "results/statistics.hpp"

namespace assay::results {

/// A ring that never was: messages queue for links, links have few slots, ranks take their time.
struct SyntheticRing {
  int ranks = 8;
  int messages = 100;  ///< that each rank sends
  int slots = 4;
  double link_s = 1.0;                     ///< a message on a sound link
  double work_s = 0.05;                    ///< of a sound rank on a message
  std::map<int, double> link_factor = {};  ///< by sender
  std::map<int, double> work_factor = {};
  double noise = 0.03;  ///< of every single time, log-normal
  int repetitions = 7;
  unsigned seed = 1;
};

class RingSimulation {
 public:
  explicit RingSimulation(SyntheticRing ring) : ring_{std::move(ring)}, random_{ring_.seed} {}

  [[nodiscard]] HopTrace trace() {
    const auto ranks = static_cast<std::size_t>(ring_.ranks);
    HopTrace trace;
    trace.hops.resize(ranks);
    trace.ranks.resize(ranks);
    std::vector<std::vector<double>> blocked(ranks);
    std::vector<std::vector<double>> starved(ranks);
    for (int repetition = 0; repetition < ring_.repetitions; ++repetition) {
      run();
      trace.total_s.push_back(end_);
      for (std::size_t i = 0; i < ranks; ++i) {
        trace.hops[i].on_link_s.push_back(on_link_[i]);
        trace.ranks[i].busy_s.push_back(busy_[i]);
        blocked[i].push_back(blocked_[i]);
        starved[i].push_back(starved_[(i + 1) % ranks]);
      }
    }
    for (std::size_t i = 0; i < ranks; ++i) {
      Hop& hop = trace.hops[i];
      hop.from = trace.ranks[i].rank = static_cast<int>(i);
      hop.to = static_cast<int>((i + 1) % ranks);
      hop.messages = static_cast<std::uint64_t>(ring_.messages);
      hop.bytes = hop.messages << 18U;
      hop.arrival_s = {ring_.link_s, trace.total_s[0]};
      hop.send_blocked_s = median(blocked[i]);
      hop.starved_s = median(starved[i]);
    }
    return trace;
  }

 private:
  double noisy(double time) { return time * std::exp(noise_(random_) * ring_.noise); }
  static double factor(const std::map<int, double>& factors, int rank) {
    const auto found = factors.find(rank);
    return found == factors.end() ? 1 : found->second;
  }

  /// Step k of a rank: it takes message k - 1 of the rank before (but for the first step) and sends
  /// message k, when its link has a slot.
  void run() {
    const auto ranks = static_cast<std::size_t>(ring_.ranks);
    const auto steps = static_cast<std::size_t>(ring_.messages) + 1;
    const auto slots = static_cast<std::size_t>(ring_.slots);
    std::vector<std::vector<double>> arrived(ranks, std::vector<double>(steps));
    std::vector<std::vector<double>> taken(ranks, std::vector<double>(steps));
    std::vector<double> free(ranks);
    on_link_.assign(ranks, 0);
    busy_.assign(ranks, 0);
    blocked_.assign(ranks, 0);
    starved_.assign(ranks, 0);
    end_ = 0;
    for (std::size_t k = 0; k < steps; ++k) {
      for (std::size_t i = 0; i < ranks; ++i) {
        const std::size_t before = (i + ranks - 1) % ranks;
        const double came_up = free[i];
        const bool sends = k + 1 < steps;
        const double room =
            sends && k >= slots ? std::max(came_up, taken[(i + 1) % ranks][k - slots]) : came_up;
        double begin = room;
        if (k > 0) {
          const double message = std::max(room, arrived[before][k - 1]);
          starved_[i] += message - room;
          on_link_[before] += std::max(0.0, message - std::max(room, handed_over_[before][k - 1]));
          begin = message;
        }
        blocked_[i] += room - came_up;
        const double work = noisy(ring_.work_s * factor(ring_.work_factor, static_cast<int>(i)));
        busy_[i] += work;
        free[i] = begin + work;
        if (k > 0) taken[i][k - 1] = free[i];
        end_ = std::max(end_, free[i]);
      }
      handed_over_.assign(ranks, std::vector<double>(steps));
      for (std::size_t i = 0; i < ranks; ++i) {
        handed_over_[i][k] = free[i];
        const double link_free = k > 0 ? arrived[i][k - 1] : 0;
        arrived[i][k] = std::max(free[i], link_free) +
                        noisy(ring_.link_s * factor(ring_.link_factor, static_cast<int>(i)));
      }
    }
  }

  SyntheticRing ring_;
  std::mt19937 random_;
  std::normal_distribution<double> noise_{0, 1};
  std::vector<std::vector<double>> handed_over_;
  std::vector<double> on_link_;  ///< by sender; all other times by rank
  std::vector<double> busy_;
  std::vector<double> blocked_;
  std::vector<double> starved_;
  double end_ = 0;
};

}  // namespace assay::results
