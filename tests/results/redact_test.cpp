#include "results/redact.hpp"

#include <gmock/gmock.h>

namespace assay::results {
namespace {

using testing::HasSubstr;
using testing::Not;

RankIdentity on(int rank, const std::string& host) {
  RankIdentity identity;
  identity.rank = rank;
  identity.host = host;
  return identity;
}

std::vector<RankIdentity> cluster() {
  return {on(2, "n7.cluster.example"), on(0, "n1.cluster.example"), on(1, "n1.cluster.example"),
          on(3, "login")};
}

TEST(Redactor, NumbersHostsByTheirFirstRank) {
  Redactor redactor{cluster()};
  EXPECT_EQ(redactor.host("n1.cluster.example"), "host-1");
  EXPECT_EQ(redactor.host("n7.cluster.example"), "host-2");
  EXPECT_EQ(redactor.host("login"), "host-3");
  EXPECT_EQ(redactor.host("unheard-of"), "host-4");
  EXPECT_EQ(redactor.host("unheard-of"), "host-4");
}

TEST(Redactor, FindsNamesInText) {
  Redactor redactor{cluster()};
  EXPECT_EQ(redactor.text("n1->n7"), "host-1->host-2");
  EXPECT_EQ(redactor.text("confirmed with n1, N7."), "confirmed with host-1, host-2.");
  EXPECT_EQ(redactor.text("n1.cluster.example:80"), "host-1:80");
  EXPECT_EQ(redactor.text("n7-ib0"), "host-2-ib0");
}

TEST(Redactor, TakesTheDomainOfAShortNameToo) {
  Redactor redactor{cluster()};
  EXPECT_EQ(redactor.text("login.site.example is far"), "host-3 is far");
}

TEST(Redactor, LeavesLongerWordsAlone) {
  Redactor redactor{cluster()};
  EXPECT_EQ(redactor.text("n10 n1a xn1 logins"), "n10 n1a xn1 logins");
}

TEST(Redactor, ReplacesAddresses) {
  Redactor redactor{{}};
  EXPECT_EQ(redactor.text("10.0.0.1:4000 and [fd00::2]:80, 10.0.0.2, 10.0.0.1"),
            "address-1:4000 and [address-2]:80, address-3, address-1");
  EXPECT_EQ(redactor.text("std::vector at 16:29:00, 1.5"), "std::vector at 16:29:00, 1.5");
}

TEST(Redactor, TakesAHostNamedByItsAddressAsAHost) {
  const std::vector ranks{on(0, "10.0.0.1")};
  Redactor redactor{ranks};
  EXPECT_EQ(redactor.text("10.0.0.1 sent 10 of 10"), "host-1 sent 10 of 10");
}

TEST(Redactor, LeavesPseudonymsAlone) {
  const std::vector ranks{on(0, "host"), on(1, "n1")};
  Redactor redactor{ranks};
  const auto once = redactor.text("host and n1");
  EXPECT_EQ(once, "host-1 and host-2");
  EXPECT_EQ(redactor.text(once), once);
}

TEST(Redactor, TellsHostsApartThatAreNamedLikePseudonyms) {
  const std::vector ranks{on(0, "host-2"), on(1, "host-1")};
  Redactor redactor{ranks};
  EXPECT_EQ(redactor.text("host-2 and host-1"), "host-1 and host-2");
}

TEST(Redactor, TakesPseudonymsGivenElsewhere) {
  Redactor redactor{{}};
  redactor.know_host("n9.cluster.example", "host-5");
  EXPECT_EQ(redactor.text("rank 4 (pid 71) on n9 died"), "rank 4 (pid 71) on host-5 died");
}

TEST(Redactor, ReplacesInReasonsWhySomethingIsNotThere) {
  Redactor redactor{cluster()};
  Record record;
  record.report.facts = {{"no_access", "n1 sees no n7"},
                         {"left_out", "ranks 0 and 1 are on n1 and n7"}};
  record = redactor.record(std::move(record));
  EXPECT_EQ(record.report.facts["no_access"], "host-1 sees no host-2");
  EXPECT_EQ(record.report.facts["left_out"], "ranks 0 and 1 are on host-1 and host-2");
}

TEST(Redactor, ReplacesInRecordsOnlyWhereHostsStand) {
  const std::vector ranks{on(0, "host"), on(1, "real")};
  Redactor redactor{ranks};
  Record record;
  record.benchmark = "pair";
  record.from = "host";
  record.to = "real";
  record.host = "real";
  const auto redacted = redactor.record(record);
  EXPECT_EQ(redacted.from, "host-1");
  EXPECT_EQ(redacted.to, "host-2");
  EXPECT_EQ(redacted.host, "host-2");
  EXPECT_EQ(redacted.memory, "host");
  EXPECT_EQ(redacted.label, "real");
}

TEST(Redactor, LeavesNoNameInARunsDescription) {
  RunInfo info;
  info.id = "2026-11-23T16-29-00Z-n1";
  info.ranks = cluster();
  info.command = {"mpirun", "-H", "n1,n7", "--output=/runs/n7.cluster.example"};
  info.environment = {{"SLURM_JOB_NODELIST", "n[1,7]"},
                      {"NCCL_SOCKET_IFNAME", "eth0"},
                      {"UCX_NET", "10.0.0.0/24 n7"}};
  info.topology_json = R"({"nodes": [{"name": "n7", "nics": ["08:00:27:4e:66:a1"]}]})";
  info.busy = {"n1-daemon (12) 97 %"};
  info.network = NetworkInfo{.source = "file",
                             .origin = "/n1/topology.conf",
                             .leaves = {{"leaf of n7", {"n1.cluster.example"}}},
                             .rails = {"eth0"},
                             .not_together = "n7 has fewer processors than rails",
                             .no_hops = "n1: eth0 lost its link"};
  Redactor redactor{info.ranks};
  const auto text = to_json(redactor.info(info));
  for (const char* name : {"n1", "n7", "login", "cluster.example", "10.0.0.0", "08:00:27"}) {
    EXPECT_THAT(text, Not(HasSubstr(name)));
  }
  EXPECT_THAT(text, HasSubstr("2026-11-23T16-29-00Z-host-1"));
  EXPECT_THAT(text, HasSubstr("eth0"));
}

TEST(Redactor, LeavesNoNameInAVerdict) {
  Verdict verdict;
  verdict.checks.push_back({.name = "pair/bandwidth",
                            .subject = "n1->n7",
                            .status = Status::fail,
                            .measured = {},
                            .expected = {},
                            .reason = "n7 is slow"});
  verdict.suspects.push_back({.kind = "node",
                              .name = "n7",
                              .direction = {},
                              .peer = "n1",
                              .rail = {},
                              .layer = "hardware",
                              .deficit = 0.5,
                              .confidence = 1,
                              .evidence = {"n7->n1"},
                              .action = "look at n7",
                              .rank = 2,
                              .host = "n7.cluster.example"});
  Redactor redactor{cluster()};
  const auto redacted = redactor.verdict(verdict);
  const auto text = to_json(redacted);
  EXPECT_THAT(text, Not(HasSubstr("n7")));
  EXPECT_THAT(text, Not(HasSubstr("n1")));
  EXPECT_EQ(redacted.suspects[0].kind, "node");
  EXPECT_EQ(redacted.suspects[0].host, "host-2");
}

}  // namespace
}  // namespace assay::results
