#include "results/witnesses/ring_links.hpp"

#include <algorithm>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "results/judge/peer_ways.hpp"
#include "results/statistics.hpp"

namespace assay::results {

namespace {

/// A rank, or one of its GPUs.
struct Member {
  int rank;
  std::string host;
  std::string device;  ///< empty: the rank itself
};

struct Link {
  double rate;
  bool of_gpus;
  bool by_switch;
};

std::vector<Member> members_of(const Run& run, Between between) {
  std::vector<Member> members;
  for (const auto& identity : run.info.ranks) {
    if (between == Between::ranks) members.push_back({identity.rank, identity.host, ""});
    for (const std::string& device : identity.gpus)
      if (between == Between::gpus) members.push_back({identity.rank, identity.host, device});
  }
  return members;
}

/// All plain links that were measured at first, by their ends.
class PlainLinks {
 public:
  explicit PlainLinks(const Run& run) : ways_{run} {
    for (const Record& record : run.records) {
      if (record.confirmation != 0 || !record.fast_s || *record.fast_s <= 0 || !record.size_bytes)
        continue;
      const double rate = static_cast<double>(*record.size_bytes) / *record.fast_s;
      if (record.benchmark == "pair" && record.from_rank && record.to_rank)
        of_ranks_[{*record.from_rank, *record.to_rank}] = rate;
      if (record.benchmark == "peer_copy" && record.algorithm == "one_way" && record.host &&
          record.device && record.peer)
        of_gpus_[{*record.host + " " + *record.device, *record.peer}] = rate;
    }
  }

  [[nodiscard]] std::optional<Link> between(const Member& from, const Member& to) const {
    if (from.device.empty() || from.host != to.host) {
      const auto found = of_ranks_.find({from.rank, to.rank});
      return found == of_ranks_.end() ? std::nullopt
                                      : std::optional{Link{found->second, false, false}};
    }
    const auto found = of_gpus_.find({from.host + " " + from.device, to.device});
    if (found == of_gpus_.end()) return std::nullopt;
    const bool by_switch = ways_.between(from.host, from.device, to.device) == "nvswitch";
    return Link{found->second, true, by_switch};
  }

 private:
  PeerWays ways_;
  std::map<std::pair<int, int>, double> of_ranks_;
  std::map<std::pair<std::string, std::string>, double> of_gpus_;
};

RingLinks ring_of(const std::vector<Link>& links) {
  const Link slowest = *std::ranges::min_element(links, {}, &Link::rate);
  std::vector<double> alike;
  for (const Link& link : links)
    if (link.of_gpus == slowest.of_gpus) alike.push_back(link.rate);
  const auto members = static_cast<double>(links.size());
  return {slowest.rate, median(alike), slowest.by_switch ? 2 * (members - 1) / (members + 1) : 1.0};
}

}  // namespace

std::optional<RingLinks> ring_links(const Run& run, Between between) {
  const auto members = members_of(run, between);
  if (members.size() < 2) return std::nullopt;
  const PlainLinks plain{run};
  std::vector<Link> links;
  for (std::size_t i = 0; i < members.size(); ++i) {
    const auto link = plain.between(members[i], members[(i + 1) % members.size()]);
    if (!link) return std::nullopt;
    links.push_back(*link);
  }
  return ring_of(links);
}

}  // namespace assay::results
