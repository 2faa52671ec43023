#include "results/judge/links.hpp"

#include <gmock/gmock.h>

#include <functional>
#include <random>
#include <set>

#include "results/statistics.hpp"

namespace assay::results {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

/// Rate of a link, as a share of a sound one's: by the numbers of its nodes, and its rail.
using Shares = std::function<double(int from, int to, int rail)>;

/// Nodes n0, n1, ... on leaves of two, and the search that would have been made of them.
class Network {
 public:
  Network(int nodes, int rails, Shares shares, std::string source = "file")
      : rails_{rails}, shares_{std::move(shares)} {
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
      for (int turn = 0; turn < 8; ++turn)
        for (int sample = 0; sample < 6; ++sample)
          record.samples_s.push_back(sound_s / shares_(from, to, rail) * of_record *
                                     std::exp(std::abs(noise(random_))));
      record.passes.assign(8, 6);
      record.fast_s = fast_side(record.samples_s, {});
      record.median_s = median(record.samples_s);
      run_.records.push_back(std::move(record));
    }
  }

  int rails_;
  Shares shares_;
  std::mt19937 random_{7};
  Run run_;
};

double sound(int, int, int) { return 1.0; }

std::string told(const Suspect& suspect) {
  return suspect.kind + " " + suspect.name + " " + suspect.direction.value_or("-") + " " +
         suspect.peer.value_or("-") + " " + suspect.rail.value_or("-");
}
std::vector<std::string> suspects_of(const Verdict& verdict) {
  std::vector<std::string> names;
  for (const Suspect& suspect : verdict.suspects) names.push_back(told(suspect));
  return names;
}
std::set<std::string> subjects(const Verdict& verdict, Status status,
                               const std::string& name = "pair/bandwidth") {
  std::set<std::string> found;
  for (const Check& check : verdict.checks)
    if (check.name == name && check.status == status) found.insert(check.subject);
  return found;
}

TEST(JudgeLinks, PassesASoundNetwork) {
  const auto verdict = Network{8, 1, sound}.settled().judged();
  EXPECT_THAT(verdict.suspects, IsEmpty());
  EXPECT_THAT(subjects(verdict, Status::pass), SizeIs(56));
  EXPECT_THAT(subjects(verdict, Status::pass, "pair/sustained"), SizeIs(56));
  EXPECT_THAT(verdict.checks, SizeIs(2 * 56));
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

TEST(JudgeLinks, NamesAPathWithItsPeer) {
  Network network{8, 1, [](int from, int to, int) { return from == 1 && to == 5 ? 0.7 : 1.0; }};
  const auto verdict = network.settled().judged();
  ASSERT_THAT(suspects_of(verdict), ElementsAre("path n1 send n5 -"));
  EXPECT_THAT(subjects(verdict, Status::fail), ElementsAre("n1->n5"));
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
