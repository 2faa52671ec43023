#include "results/judge/links.hpp"

#include <gmock/gmock.h>

#include <algorithm>
#include <set>

#include "results/judge.hpp"
#include "tests/results/judge/link_network.hpp"

namespace assay::results {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

TEST(JudgeLinks, PassesASoundNetwork) {
  const auto verdict = Network{8, 1, sound}.settled().judged();
  EXPECT_THAT(verdict.suspects, IsEmpty());
  EXPECT_THAT(subjects(verdict, Status::pass), SizeIs(56));
  EXPECT_THAT(subjects(verdict, Status::pass, "pair/sustained"), SizeIs(56));
  EXPECT_THAT(verdict.checks, SizeIs(2 * 56));
}

TEST(JudgeLinks, PassesALargeSoundNetworkByItsSlowestLink) {
  // More links than are listed one by one; 3 % slower is sound, too.
  Network network{66, 1, [](int from, int to, int) { return from == 4 && to == 9 ? 0.97 : 1.0; }};
  const auto verdict = judge(network.settled().run(), nullptr, {});
  EXPECT_THAT(subjects(verdict, Status::inconclusive, "run/judged"), IsEmpty());
  const auto check = std::ranges::find(verdict.checks, "pair/bandwidth", &Check::name);
  ASSERT_NE(check, verdict.checks.end());
  EXPECT_EQ(check->subject, "4290 sound links, n4->n9 the slowest");
  EXPECT_NEAR(check->measured->value / check->expected->value, 0.97, 0.02);
}

TEST(JudgeLinks, NamesASlowSenderWithItsLinksAndWhatToDo) {
  Network network{8, 1, [](int from, int, int) { return from == 2 ? 0.7 : 1.0; }};
  const auto verdict = network.settled().judged();
  ASSERT_THAT(suspects_of(verdict), ElementsAre("node n2 send - -"));
  const Suspect& suspect = verdict.suspects[0];
  EXPECT_EQ(suspect.layer, "hardware");
  EXPECT_EQ(suspect.host, "n2");
  EXPECT_NEAR(suspect.deficit, 0.3, 0.02);
  EXPECT_THAT(suspect.evidence, Contains(HasSubstr("n2->n")));
  EXPECT_THAT(suspect.evidence, Contains(HasSubstr("confirmed with n")));
  EXPECT_THAT(suspect.action, HasSubstr("--nodes n2,"));
  const auto failed = subjects(verdict, Status::fail);
  EXPECT_THAT(failed, SizeIs(7));
  for (const auto& subject : failed) EXPECT_THAT(subject, testing::StartsWith("n2->"));
}

TEST(JudgeLinks, LeavesOpenWhatWasNotMeasuredAgain) {
  const Network network{8, 1, [](int, int to, int) { return to == 5 ? 0.7 : 1.0; }};
  const auto verdict = network.judged();
  EXPECT_THAT(verdict.suspects, IsEmpty());
  EXPECT_THAT(subjects(verdict, Status::inconclusive), SizeIs(7));
  EXPECT_THAT(subjects(verdict, Status::fail), IsEmpty());
}

TEST(JudgeLinks, NamesTheUplinkWithItsLeaf) {
  const auto leaf = [](int node) { return node / 2; };
  Network network{
      8, 1, [&](int from, int to, int) { return leaf(from) == 1 && leaf(to) != 1 ? 0.7 : 1.0; },
      "guessed"};
  const auto verdict = network.settled().judged();
  ASSERT_THAT(suspects_of(verdict), ElementsAre("uplink leaf1 send - -"));
  EXPECT_THAT(verdict.suspects[0].evidence, Contains(HasSubstr("guessed")));
  EXPECT_THAT(subjects(verdict, Status::fail), SizeIs(12));
}

TEST(JudgeLinks, NamesTheUplinkThatLinksHaveForThemselvesNowAndThen) {
  const auto leaf = [](int node) { return node / 2; };
  const auto shares = [&](int from, int to, int) {
    return leaf(from) == 1 && leaf(to) != 1 ? 0.7 : 1.0;
  };
  for (const double alone : {0.2, 0.35}) {
    const auto verdict = Network{8, 1, shares, "file", alone}.settled().judged();
    ASSERT_THAT(suspects_of(verdict), ElementsAre("uplink leaf1 send - -")) << alone;
    EXPECT_NEAR(verdict.suspects[0].deficit, 0.3, 0.02);
    EXPECT_THAT(subjects(verdict, Status::fail), SizeIs(12));
  }
}

TEST(JudgeLinks, NamesAPathWithItsPeer) {
  Network network{8, 1, [](int from, int to, int) { return from == 1 && to == 5 ? 0.7 : 1.0; }};
  const auto verdict = network.settled().judged();
  ASSERT_THAT(suspects_of(verdict), ElementsAre("path n1 send n5 -"));
  EXPECT_THAT(subjects(verdict, Status::fail), ElementsAre("n1->n5"));
}

TEST(JudgeLinks, TellsWhatRepeatsShowedOfALinkThatTheFirstRoundLeftOut) {
  const auto is_path = [](int from, int to) { return from + to == 7 && from * to == 6; };
  Network network{8, 1, [&](int from, int to, int) { return is_path(from, to) ? 0.7 : 1.0; }};
  std::erase_if(network.settled().run().records, [](const Record& record) {
    return record.confirmation == 0 && record.from == "n1" && record.to == "n6";
  });
  const auto verdict = network.judged();
  ASSERT_THAT(suspects_of(verdict), ElementsAre("path n1 both n6 -"));
  const auto& evidence = verdict.suspects[0].evidence;
  EXPECT_THAT(evidence, Contains(HasSubstr("n1->n6 0.018")));
  EXPECT_THAT(evidence, testing::Each(testing::Not(HasSubstr("nan"))));
}

TEST(JudgeLinks, NamesTheRailOfANode) {
  Network network{8, 2, [](int from, int, int rail) { return from == 3 && rail == 1 ? 0.6 : 1.0; }};
  const auto verdict = network.settled().judged();
  ASSERT_THAT(suspects_of(verdict), ElementsAre("nic n3 send - eth1"));
  EXPECT_THAT(subjects(verdict, Status::fail), Contains("n3->n0 rail eth1"));
}

TEST(JudgeLinks, NamesANodeWhoseLinkComesAndGoes) {
  int call = 0;
  Network network{8, 1, [&](int from, int to, int) {
                    const bool stalls = (from == 6 || to == 6) && ++call % 5 == 0;
                    return stalls ? 0.1 : 1.0;
                  }};
  const auto verdict = network.settled().judged();
  ASSERT_THAT(suspects_of(verdict), ElementsAre("node n6 both - -"));
  EXPECT_THAT(verdict.suspects[0].evidence, Contains(HasSubstr("comes and goes")));
  EXPECT_THAT(subjects(verdict, Status::fail), IsEmpty());
  EXPECT_THAT(subjects(verdict, Status::fail, "pair/sustained"), SizeIs(14));
}

TEST(JudgeLinks, ASlightlySlowNodeStillComesAndGoes) {
  int call = 0;
  Network network{8, 1, [&](int from, int to, int) {
                    if (from != 6 && to != 6) return 1.0;
                    return ++call % 5 == 0 ? 0.1 : 0.94;
                  }};
  const auto verdict = network.settled().judged();
  ASSERT_THAT(suspects_of(verdict), ElementsAre("node n6 both - -"));
  EXPECT_THAT(subjects(verdict, Status::fail, "pair/sustained"), SizeIs(14));
}

TEST(JudgeLinks, MeasureWhatIsConvictedNoMoreForWhatItDoesOnTheAverage) {
  // On the average it is slower by just what this view asks for, as others are disturbed.
  int call = 0;
  Network network{8, 1, [&](int from, int, int) {
                    if (from == 2) return 0.71;
                    return ++call % 4 == 0 ? 0.823 : 1.0;
                  }};
  network.settled();
  const auto repeats = std::ranges::max(network.run().records, {}, &Record::confirmation);
  EXPECT_EQ(repeats.confirmation, JudgeOptions{}.confirmations);
  const auto verdict = network.judged();
  EXPECT_THAT(suspects_of(verdict), ElementsAre("node n2 send - -"));
  EXPECT_THAT(subjects(verdict, Status::pass, "pair/sustained"), SizeIs(56 - 7));
}

TEST(JudgeLinks, NamesNoPathAtANodeThatComesAndGoes) {
  int call = 0;
  Network network{8, 1, [&](int from, int to, int) {
                    const bool stalls = (from == 6 || to == 6) && ++call % 5 == 0;
                    return stalls ? (from == 1 || to == 1 ? 0.02 : 0.1) : 1.0;
                  }};
  const auto verdict = network.settled().judged();
  ASSERT_THAT(suspects_of(verdict), ElementsAre("node n6 both - -"));
}

TEST(JudgeLinks, TellsWhatTwoNodesCannotShow) {
  Network network{2, 1, [](int from, int, int) { return from == 0 ? 0.6 : 1.0; }};
  for (const Suspect& suspect : network.settled().judged().suspects)
    EXPECT_EQ(suspect.kind, "path") << "two nodes do not tell which end is at fault";
}

TEST(JudgeLinks, NamesTheLinkThatAProfileFailsWherePeersShowNothing) {
  Profile profile;
  profile.name = "expected";
  ProfileFigure figure;
  figure.reference = 1e8;
  figure.floor = 9e7;
  figure.unit = "bytes_per_s";
  figure.source = "a data sheet";
  profile.figures["pair/mpi"] = figure;
  const auto verdict = Network{4, 1, sound}.settled().judged(&profile);
  EXPECT_THAT(subjects(verdict, Status::fail), SizeIs(12));
  EXPECT_THAT(suspects_of(verdict), Contains("path n0 - n1 -"));
}

TEST(JudgeLinks, DoesNotLookAtRunsWithoutANetwork) {
  Network network{8, 1, sound};
  network.run().info.network.reset();
  EXPECT_THAT(network.judged().checks, IsEmpty());
  EXPECT_THAT(open_links(network.run(), {}), IsEmpty());
}

TEST(Judge, NeedsEveryNodeOfTheNetworkAsSenderAndReceiver) {
  Network network{8, 1, sound};
  std::erase_if(network.run().records, [](const Record& record) { return record.to == "n6"; });
  const auto verdict = judge(network.run(), nullptr);
  EXPECT_EQ(verdict.verdict, Status::inconclusive);
  EXPECT_THAT(verdict.checks[0].reason, HasSubstr("n6 as receiver"));
}

}  // namespace
}  // namespace assay::results
