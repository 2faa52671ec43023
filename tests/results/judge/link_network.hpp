#pragma once

#include <gtest/gtest.h>

#include <cmath>
#include <functional>
#include <random>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "results/judge/links.hpp"
#include "results/judge/network_counters.hpp"
#include "results/statistics.hpp"

namespace assay::results {

/// Rate of a link, as a share of a sound one's: by the numbers of its nodes, and its rail.
using Shares = std::function<double(int from, int to, int rail)>;

/// Nodes n0, n1, ... on leaves of two, and the search that would have been made of them.
class Network {
 public:
  /// `alone`: in how many of a link's samples, at most, the others let go of some of what they
  /// share with it; how many it is differs from record to record.
  Network(int nodes, int rails, Shares shares, std::string source = "file", double alone = 0)
      : rails_{rails}, shares_{std::move(shares)}, alone_{alone} {
    run_.info.verb = "locate";
    run_.info.level = "quick";
    run_.info.end = "2026-11-23T16:30:00Z";
    NetworkInfo network;
    network.source = std::move(source);
    for (int node = 0; node < nodes; ++node) {
      const std::string host = "n" + std::to_string(node);
      if (node % 2 == 0) network.leaves.push_back({"leaf" + std::to_string(node / 2), {}});
      network.leaves.back().hosts.push_back(host);
      for (int rail = 0; rail < rails; ++rail) {
        RankIdentity identity;
        identity.rank = static_cast<int>(run_.info.ranks.size());
        identity.host = host;
        identity.host_ranks = rails;
        run_.info.ranks.push_back(identity);
      }
    }
    if (rails > 1)
      for (int rail = 0; rail < rails; ++rail)
        network.rails.push_back("eth" + std::to_string(rail));
    run_.info.network = network;
    for (int from = 0; from < nodes; ++from)
      for (int to = 0; to < nodes; ++to)
        if (from != to) measure(from, to, 0);
  }

  /// Measures again what is open, as often as it takes.
  Network& settled() {
    for (int repeat = 1; repeat <= 20; ++repeat) {
      std::set<std::pair<int, int>> pairs;
      for (const OpenLink& link : open_links(run_, {})) pairs.emplace(link.from, link.to);
      if (pairs.empty()) return *this;
      for (const auto& [from, to] : pairs) {
        measure(from, to, repeat);
        measure(to, from, repeat);
      }
    }
    ADD_FAILURE() << "what is open stays open";
    return *this;
  }

  [[nodiscard]] Verdict judged(const Profile* profile = nullptr) const {
    Verdict verdict;
    judge_links(run_, profile, {}, verdict);
    judge_network_counters(run_, {}, verdict);
    return verdict;
  }
  [[nodiscard]] Run& run() { return run_; }

 private:
  void measure(int from, int to, int confirmation) {
    constexpr double sound_s = 0.04;
    std::normal_distribution<double> noise{0, 0.004};
    for (int rail = 0; rail < rails_; ++rail) {
      Record record;
      record.benchmark = "pair";
      record.implementation = "assay";
      record.transport = "mpi";
      record.size_bytes = 1 << 20;
      record.from = "n" + std::to_string(from);
      record.to = "n" + std::to_string(to);
      record.from_rank = from * rails_ + rail;
      record.to_rank = to * rails_ + rail;
      if (rails_ > 1) record.rail = "eth" + std::to_string(rail);
      record.confirmation = confirmation;
      const double of_record = std::exp(noise(random_));
      const double alone = alone_ * std::uniform_real_distribution{}(random_);
      for (int turn = 0; turn < 8; ++turn)
        for (int sample = 0; sample < 6; ++sample)
          record.samples_s.push_back(sound_s / share(from, to, rail, alone) * of_record *
                                     std::exp(std::abs(noise(random_))));
      record.passes.assign(8, 6);
      record.fast_s = fast_side(record.samples_s, {});
      record.median_s = median(record.samples_s);
      run_.records.push_back(std::move(record));
    }
  }

  [[nodiscard]] double share(int from, int to, int rail, double alone) {
    const double share = shares_(from, to, rail);
    if (alone == 0 || !std::bernoulli_distribution{alone}(random_)) return share;
    return std::uniform_real_distribution{share, 1.0}(random_);
  }

  int rails_;
  Shares shares_;
  double alone_;
  std::mt19937 random_{7};
  Run run_;
};

inline double sound(int, int, int) { return 1.0; }

inline std::string told(const Suspect& suspect) {
  return suspect.kind + " " + suspect.name + " " + suspect.direction.value_or("-") + " " +
         suspect.peer.value_or("-") + " " + suspect.rail.value_or("-");
}
inline std::vector<std::string> suspects_of(const Verdict& verdict) {
  std::vector<std::string> names;
  for (const Suspect& suspect : verdict.suspects) names.push_back(told(suspect));
  return names;
}
inline std::set<std::string> subjects(const Verdict& verdict, Status status,
                                      const std::string& name = "pair/bandwidth") {
  std::set<std::string> found;
  for (const Check& check : verdict.checks)
    if (check.name == name && check.status == status) found.insert(check.subject);
  return found;
}

}  // namespace assay::results
