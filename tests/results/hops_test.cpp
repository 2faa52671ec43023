#include "results/hops.hpp"

#include <gmock/gmock.h>

#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string>

#include "results/record.hpp"
#include "tests/results/synthetic_trace.hpp"

namespace assay::results {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

std::string told(const HopFindings& findings) {
  std::string text = findings.reason;
  for (const Culprit& culprit : findings.culprits)
    text += "\n" + std::to_string(culprit.from) + " -> " + std::to_string(culprit.to) + " cost " +
            std::to_string(culprit.cost);
  return text;
}

HopFindings found_in(const SyntheticRing& ring) {
  return find_culprits(RingSimulation{ring}.trace());
}

void expect_edge(const HopFindings& findings, int from, int to) {
  ASSERT_THAT(findings.culprits, SizeIs(1)) << told(findings);
  EXPECT_EQ(findings.culprits[0].kind, Culprit::Kind::edge);
  EXPECT_EQ(findings.culprits[0].from, from);
  EXPECT_EQ(findings.culprits[0].to, to);
}

class EveryEdge : public testing::TestWithParam<int> {};

TEST_P(EveryEdge, IsNamedWhenItIsAThirdSlower) {
  const int slow = GetParam();
  const auto findings =
      found_in({.link_factor = {{slow, 1 / 0.7}}, .seed = static_cast<unsigned>(slow)});
  expect_edge(findings, slow, (slow + 1) % 8);
  EXPECT_NEAR(findings.culprits[0].deficit, 0.3, 0.05);
  EXPECT_GT(findings.culprits[0].confidence, 0.99);
  EXPECT_THAT(findings.culprits[0].evidence[0], HasSubstr("was on its way"));
}
INSTANTIATE_TEST_SUITE_P(Hops, EveryEdge, testing::Range(0, 8));

TEST(Hops, OfASoundRingNameNobody) {
  for (unsigned seed = 0; seed < 200; ++seed)
    for (const double noise : {0.01, 0.1, 0.4}) {
      const auto findings = found_in({.messages = 50, .noise = noise, .seed = seed});
      ASSERT_THAT(findings.culprits, IsEmpty()) << told(findings) << " seed " << seed;
      ASSERT_THAT(findings.reason, HasSubstr("no hop stands out"));
    }
}

TEST(Hops, OfAnEdgeThatIsSlowerByAHairNameNobody) {
  const auto findings = found_in({.link_factor = {{3, 1.04}}});
  EXPECT_THAT(findings.culprits, IsEmpty()) << told(findings);
}

// All ranks starve alike behind a slow edge, so starving itself must not count.
TEST(Hops, DoNotBlameTheOnesThatStarveMost) {
  HopTrace trace = RingSimulation{{.link_factor = {{5, 1 / 0.7}}}}.trace();
  for (Hop& hop : trace.hops)
    if (hop.from != 5) hop.starved_s = trace.total_s[0];
  expect_edge(find_culprits(trace), 5, 6);
}

TEST(Hops, OfASlowRankNameTheRankAndNotItsEdge) {
  const auto findings = found_in({.work_factor = {{2, 40}}});
  ASSERT_THAT(findings.culprits, SizeIs(1)) << told(findings);
  EXPECT_EQ(findings.culprits[0].kind, Culprit::Kind::rank);
  EXPECT_EQ(findings.culprits[0].from, 2);
  EXPECT_THAT(findings.culprits[0].evidence[0], HasSubstr("rank 2 was busy"));
}

TEST(Hops, NameTwoSlowEdgesTheWorseOneFirst) {
  const auto findings = found_in({.ranks = 16, .link_factor = {{3, 1.5}, {9, 2.0}}});
  ASSERT_THAT(findings.culprits, SizeIs(2)) << told(findings);
  EXPECT_EQ(findings.culprits[0].from, 9);
  EXPECT_EQ(findings.culprits[1].from, 3);
}

TEST(Hops, DoNotNameAnEdgeNextToASlowerOne) {
  expect_edge(found_in({.link_factor = {{3, 1.4}, {4, 2.0}}}), 4, 5);
  expect_edge(found_in({.link_factor = {{5, 1.4}, {4, 2.0}}}), 4, 5);
}

TEST(Hops, DoNotBelieveOneBadRepetition) {
  HopTrace trace = RingSimulation{{}}.trace();
  trace.hops[2].on_link_s[0] *= 3;
  trace.hops[2].on_link_s[1] *= 3;
  EXPECT_THAT(find_culprits(trace).culprits, IsEmpty());
}

TEST(Hops, AreJudgedByTheByte) {
  HopTrace trace = RingSimulation{{}}.trace();
  trace.hops[4].bytes *= 2;
  for (double& time : trace.hops[4].on_link_s) time *= 2;
  EXPECT_THAT(find_culprits(trace).culprits, IsEmpty());
}

TEST(Hops, OfSeveralLanesOfOneEdgeAddUp) {
  HopTrace trace = RingSimulation{{.link_factor = {{1, 1 / 0.7}}}}.trace();
  std::vector<Hop> halves;
  for (Hop hop : trace.hops) {
    hop.bytes /= 2;
    for (double& time : hop.on_link_s) time /= 2;
    halves.push_back(hop);
    hop.lane = 1;
    halves.push_back(hop);
  }
  trace.hops = halves;
  expect_edge(find_culprits(trace), 1, 2);
}

TEST(Hops, AreNotJudgedWithoutPeersOrRepetitions) {
  EXPECT_THAT(found_in({.ranks = 3, .link_factor = {{0, 3}}}).reason,
              HasSubstr("3 edges are too few"));
  EXPECT_THAT(found_in({.link_factor = {{0, 3}}, .repetitions = 2}).reason,
              HasSubstr("2 repetitions are too few"));
  EXPECT_THAT(find_culprits({}).reason, HasSubstr("0 repetitions are too few"));
}

/// Recorded in a ring over eight hosts with links of 200 Mbit/s, on two processors that others
/// used.
HopTrace recorded(const char* file) {
  const auto path = std::filesystem::path{__FILE__}.parent_path() / "data" / file;
  std::ifstream lines{path};
  std::string line;
  if (!std::getline(lines, line)) throw std::runtime_error{"cannot read " + path.string()};
  return parse_record(line).trace.value();
}

TEST(Hops, OfARecordedRingNameTheLinkThatWasSlowedByAThird) {
  const auto findings = find_culprits(recorded("ring_slow_edge.jsonl"));
  expect_edge(findings, 4, 5);
  EXPECT_NEAR(findings.culprits[0].deficit, 0.3, 0.1);
}

TEST(Hops, OfARecordedSoundRingNameNobody) {
  const auto findings = find_culprits(recorded("ring_sound.jsonl"));
  EXPECT_THAT(findings.culprits, IsEmpty()) << told(findings);
}

TEST(Hops, OfAnEmptyMessageNameNobody) {
  HopTrace trace = RingSimulation{{}}.trace();
  for (Hop& hop : trace.hops) {
    hop.bytes = hop.messages = 0;
    hop.on_link_s.assign(hop.on_link_s.size(), 0);
  }
  EXPECT_THAT(find_culprits(trace).culprits, IsEmpty());
}

}  // namespace
}  // namespace assay::results
