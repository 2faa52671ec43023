#include "collectives/transport/mixed.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <string>
#include <utility>

namespace assay::collectives {

namespace {

/// Links in the order they were asked for, told apart by whether they stay on a host.
class SortedLinks {
 public:
  SortedLinks(std::span<const Link> links, const std::vector<int>& host_of) {
    // Groups that are split off keep the order of ranks.
    const auto rank_on_host = [&](int rank) {
      const auto end = host_of.begin() + rank;
      return static_cast<int>(std::count(host_of.begin(), end, *end));
    };
    for (const Link& link : links) {
      const bool stays = host_of[static_cast<std::size_t>(link.from)] ==
                         host_of[static_cast<std::size_t>(link.to)];
      stays_.push_back(stays);
      if (stays)
        within_.push_back({rank_on_host(link.from), rank_on_host(link.to), link.lane});
      else
        between_.push_back(link);
    }
  }

  [[nodiscard]] const std::vector<Link>& within() const { return within_; }
  [[nodiscard]] const std::vector<Link>& between() const { return between_; }
  /// Ends of both kinds in the order of the links.
  template <class End>
  [[nodiscard]] std::vector<End> merge(std::vector<End> within, std::vector<End> between) const {
    std::vector<End> all;
    std::array<std::size_t, 2> next{};
    for (const bool stays : stays_)
      all.push_back(std::move((stays ? within : between)[next[stays ? 0 : 1]++]));
    return all;
  }

 private:
  std::vector<bool> stays_;
  std::vector<Link> within_;   ///< by the ranks of the host
  std::vector<Link> between_;  ///< by all ranks
};

class MixedTransport final : public Transport {
 public:
  MixedTransport(Bootstrap& bootstrap, std::vector<int> host_of, const MakeTransport& within,
                 const MakeTransport& between)
      : host_of_{std::move(host_of)},
        host_{bootstrap.split(host_of_[static_cast<std::size_t>(bootstrap.rank())])},
        within_{within(*host_)},
        between_{between(bootstrap)},
        name_{std::string{within_->name()} + "+" + std::string{between_->name()}} {}

  std::string_view name() const noexcept override { return name_; }

  /// Between hosts, which is where it counts.
  bool moves_device_memory() const noexcept override { return between_->moves_device_memory(); }

  LinkEnds open(std::span<const Link> outgoing, std::span<const Link> incoming,
                LinkShape shape) override {
    const SortedLinks out{outgoing, host_of_};
    const SortedLinks in{incoming, host_of_};
    LinkEnds within = within_->open(out.within(), in.within(), shape);
    LinkEnds between = between_->open(out.between(), in.between(), shape);
    return {out.merge(std::move(within.senders), std::move(between.senders)),
            in.merge(std::move(within.receivers), std::move(between.receivers))};
  }

  /// Null: not all ranks share memory.
  std::unique_ptr<RegisteredMemory> allocate_registered(std::size_t) override { return nullptr; }

 private:
  std::vector<int> host_of_;
  std::unique_ptr<Bootstrap> host_;  ///< of the ranks of this host
  std::unique_ptr<Transport> within_;
  std::unique_ptr<Transport> between_;
  std::string name_;
};

}  // namespace

std::unique_ptr<Transport> make_mixed_transport(Bootstrap& bootstrap, std::vector<int> host_of,
                                                const MakeTransport& within,
                                                const MakeTransport& between) {
  return std::make_unique<MixedTransport>(bootstrap, std::move(host_of), within, between);
}

}  // namespace assay::collectives
