#include "collectives/transport/mixed.hpp"

#include <gtest/gtest.h>

#include <utility>
#include <vector>

#include "collectives/collective.hpp"
#include "collectives/transport/shared_memory.hpp"
#include "collectives/transport/threads.hpp"
#include "tests/collectives/ranks_as_threads.hpp"

namespace assay::collectives {
namespace {

/// Passes links on and keeps which ones there were.
class Recording final : public Transport {
 public:
  Recording(std::unique_ptr<Transport> real, std::vector<Link>& opened)
      : real_{std::move(real)}, opened_{opened} {}
  std::string_view name() const noexcept override { return real_->name(); }
  LinkEnds open(std::span<const Link> outgoing, std::span<const Link> incoming,
                LinkShape shape) override {
    opened_.insert(opened_.end(), outgoing.begin(), outgoing.end());
    return real_->open(outgoing, incoming, shape);
  }
  std::unique_ptr<RegisteredMemory> allocate_registered(std::size_t bytes) override {
    return real_->allocate_registered(bytes);
  }

 private:
  std::unique_ptr<Transport> real_;
  std::vector<Link>& opened_;
};

/// Hosts whose ranks do not follow one another, one of them with a single rank.
const std::vector<int> hosts{0, 1, 0, 2, 1};

TEST(MixedTransport, OpensEachLinkByWhatFitsItsRanks) {
  run_ranks(5, [&](Bootstrap& bootstrap) {
    const int me = bootstrap.rank();
    std::vector<Link> within;
    std::vector<Link> between;
    const auto transport = make_mixed_transport(
        bootstrap, hosts,
        [&](Bootstrap& host) {
          return std::make_unique<Recording>(make_shared_memory_transport(host), within);
        },
        [&](Bootstrap& all) {
          return std::make_unique<Recording>(make_thread_transport(all), between);
        });
    EXPECT_EQ(transport->name(), "shared_memory+threads");
    EXPECT_EQ(transport->allocate_registered(64), nullptr);
    std::vector<Link> outgoing;
    std::vector<Link> incoming;
    for (int peer = 4; peer >= 0; --peer) {
      if (peer == me) continue;
      outgoing.push_back({me, peer, 7});
      incoming.push_back({peer, me, 7});
    }
    auto ends = transport->open(outgoing, incoming, {64, 1});
    for (std::size_t i = 0; i < outgoing.size(); ++i) {
      std::byte* room = ends.senders.at(i)->try_acquire(1);
      ASSERT_NE(room, nullptr);
      *room = static_cast<std::byte>(10 * me + outgoing[i].to);
      ends.senders[i]->commit(1);
    }
    bootstrap.barrier();
    // Each end is of the link that was asked for in its place.
    for (std::size_t i = 0; i < incoming.size(); ++i) {
      const auto message = ends.receivers.at(i)->try_peek();
      ASSERT_TRUE(message);
      EXPECT_EQ((*message)[0], static_cast<std::byte>(10 * incoming[i].from + me));
    }
    // Rank 2 is the second one of host 0, and rank 4 of host 1.
    using Links = std::vector<Link>;
    const std::vector<Links> wanted{{{0, 1, 7}}, {{0, 1, 7}}, {{1, 0, 7}}, {}, {{1, 0, 7}}};
    EXPECT_EQ(within, wanted[static_cast<std::size_t>(me)]);
    EXPECT_EQ(between.size(), 4 - within.size());
    bootstrap.barrier();
  });
}

TEST(MixedTransport, CarriesEveryAlgorithm) {
  run_ranks(5, [&](Bootstrap& bootstrap) {
    const auto transport =
        make_mixed_transport(bootstrap, hosts, make_shared_memory_transport, make_thread_transport);
    for (const Algorithm& algorithm : algorithms(Operation::all_reduce)) {
      const auto collective = make_collective(algorithm, {.lanes = 2, .order = {}}, bootstrap,
                                              *transport, {DataType::int32}, {});
      std::vector<int> data(1001, bootstrap.rank());
      ASSERT_FALSE(collective->run(data.data(), data.data(), data.size(), Deadline::after(60_s)));
      EXPECT_EQ(data, std::vector<int>(1001, 0 + 1 + 2 + 3 + 4)) << algorithm.name;
      bootstrap.barrier();
    }
  });
}

}  // namespace
}  // namespace assay::collectives
