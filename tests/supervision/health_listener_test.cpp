#include "supervision/health_listener.hpp"

#include <gtest/gtest.h>

#include "supervision/joiner.hpp"
#include "supervision/message.hpp"

namespace assay::supervision {
namespace {

HealthAddress address_of(const HealthListener& listener) {
  return parse_health_address(listener.address()).value();
}

RankState rank_0() {
  RankState state;
  state.rank = 0;
  state.host = "n0";
  return state;
}

/// Lets both sides go on until the member is in, at most so many rounds of a few milliseconds.
std::optional<Joiner::Joined> meet(HealthListener& listener, Joiner& joiner,
                                   std::vector<HealthListener::Joined>& members, int rounds = 300) {
  for (int round = 0; round < rounds; ++round) {
    if (auto joined = joiner.advance()) return joined;
    for (auto& member : listener.admit()) {
      member.connection.send(encode(Message{rank_0()}));
      members.push_back(std::move(member));
    }
    sleep_for(Seconds{0.005});
  }
  return std::nullopt;
}

TEST(HealthListener, LetsInWhoKnowsTheToken) {
  HealthListener listener;
  Joiner joiner{address_of(listener), 5};
  std::vector<HealthListener::Joined> members;
  const auto joined = meet(listener, joiner, members);
  ASSERT_TRUE(joined);
  EXPECT_EQ(joined->rank_0.host, "n0");
  ASSERT_EQ(members.size(), 1u);
  EXPECT_EQ(members[0].rank, 5);
}

TEST(HealthListener, TurnsAwayWhoDoesNot) {
  HealthListener listener;
  HealthAddress address = address_of(listener);
  address.token = random_token();
  Joiner joiner{address, 5};
  std::vector<HealthListener::Joined> members;
  EXPECT_FALSE(meet(listener, joiner, members, 50));
  EXPECT_TRUE(members.empty());
}

TEST(Joiner, TriesTheNextAddressWhereNobodyListens) {
  HealthListener listener;
  HealthAddress address = address_of(listener);
  address.hosts = {"127.0.0.1", "not an address", "127.0.0.2"};
  address.hosts.erase(address.hosts.begin());
  Joiner joiner{address, 1};
  std::vector<HealthListener::Joined> members;
  EXPECT_TRUE(meet(listener, joiner, members));
}

TEST(Joiner, TriesTheNextAddressWhereSomebodyElseListens) {
  // The wrong one accepts and says nothing, or turns away: its token is another.
  HealthListener wrong;
  Joiner joiner{address_of(wrong), 1};
  std::vector<HealthListener::Joined> members;
  HealthAddress address = address_of(wrong);
  address.token = "00";
  Joiner stranger{address, 1};
  EXPECT_FALSE(meet(wrong, stranger, members, 20));
  EXPECT_TRUE(meet(wrong, joiner, members));
}

}  // namespace
}  // namespace assay::supervision
