#include "results/judge/host_links.hpp"

#include <gmock/gmock.h>

#include "tests/results/verdict_queries.hpp"

namespace assay::results {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

constexpr double gigabyte = 1e9;

/// Three hosts, each with a card of one port, and a disk.
class Hosts {
 public:
  Hosts() {
    for (const char* host : {"n0", "n1", "n2"}) {
      add(host, "0000:3b:00.0", 63.0,
          {{"kind", "nic"}, {"id", "0x15b3 0x1021"}, {"link", "32 GT/s x16"}})
          .report.readings["both_ends_allow_bytes_per_s"] = 63.0 * gigabyte;
      add(host, "0000:5e:00.0", 7.9,
          {{"kind", "pci"}, {"id", "0x144d 0xa80a"}, {"link", "16 GT/s x4"}})
          .report.readings["both_ends_allow_bytes_per_s"] = 7.9 * gigabyte;
      add(host, "mlx5_0:1", 50.0,
          {{"kind", "port"}, {"state", "4: ACTIVE, 5: LinkUp"}, {"link", "400 Gb/sec (4X NDR)"}});
    }
  }
  Record& link(const std::string& host, const std::string& device) {
    for (Record& record : run_.records)
      if (record.host == host && record.device == device) return record;
    throw std::logic_error{"no such record"};
  }
  void take_out(const std::string& host, const std::string& device) {
    std::erase_if(run_.records, [&](const Record& record) {
      return record.host == host && record.device == device;
    });
  }
  [[nodiscard]] Verdict judged(Verdict verdict = {}) const {
    judge_host_links(run_, verdict);
    return verdict;
  }

 private:
  Record& add(const char* host, const char* device, double gigabytes,
              std::map<std::string, std::string> facts) {
    Record& record = run_.records.emplace_back();
    record.benchmark = "host_link";
    record.implementation = "kernel";
    record.host = host;
    record.device = device;
    record.report.facts = std::move(facts);
    record.report.readings["bytes_per_s"] = gigabytes * gigabyte;
    return record;
  }

  Run run_;
};

TEST(JudgeHostLinks, PassSoundHosts) {
  const Verdict verdict = Hosts{}.judged();
  EXPECT_THAT(verdict.suspects, IsEmpty());
  EXPECT_EQ(count(verdict, "host/link", Status::pass), 9);
  EXPECT_EQ(count(verdict, "host/cards", Status::pass), 3);
}

TEST(JudgeHostLinks, NameACardOnHalfItsLanes) {
  Hosts hosts;
  hosts.link("n1", "0000:3b:00.0").report.readings["bytes_per_s"] = 31.5 * gigabyte;
  hosts.link("n1", "0000:3b:00.0").report.facts["link"] =
      "32 GT/s x8, both ends can do 32 GT/s x16";
  const Verdict verdict = hosts.judged();
  EXPECT_EQ(status_of(verdict, "host/link", "n1 0000:3b:00.0"), Status::fail);
  ASSERT_THAT(verdict.suspects, SizeIs(1));
  EXPECT_EQ(verdict.suspects[0].name, "n1");
  EXPECT_DOUBLE_EQ(verdict.suspects[0].deficit, 0.5);
  EXPECT_THAT(verdict.suspects[0].evidence,
              ElementsAre("nic 0000:3b:00.0 runs at 32 GT/s x8, both ends can do 32 GT/s x16"));
}

TEST(JudgeHostLinks, NameAPortThatIsSlowerThanItsPeers) {
  Hosts hosts;
  hosts.link("n2", "mlx5_0:1").report.readings["bytes_per_s"] = 25 * gigabyte;
  hosts.link("n2", "mlx5_0:1").report.facts["link"] = "200 Gb/sec (2X NDR)";
  const Verdict verdict = hosts.judged();
  ASSERT_THAT(verdict.suspects, SizeIs(1));
  EXPECT_THAT(verdict.suspects[0].evidence[0],
              HasSubstr("port mlx5_0:1 runs at 200 Gb/sec (2X NDR), most hosts' at 50"));
}

struct PortStates {
  const char* up;
  const char* down;
};
class JudgePortStates : public testing::TestWithParam<PortStates> {};

TEST_P(JudgePortStates, NameAPortThatIsDownWhereOthersAreUp) {
  const auto [up, down] = GetParam();
  Hosts hosts;
  for (const char* host : {"n0", "n1", "n2"})
    hosts.link(host, "mlx5_0:1").report.facts["state"] = down;
  const Verdict unused = hosts.judged();
  EXPECT_THAT(unused.suspects, IsEmpty());
  EXPECT_EQ(count(unused, "host/link", Status::skipped), 3);
  for (const char* host : {"n0", "n2"}) hosts.link(host, "mlx5_0:1").report.facts["state"] = up;
  const Verdict verdict = hosts.judged();
  ASSERT_THAT(verdict.suspects, SizeIs(1));
  EXPECT_EQ(verdict.suspects[0].name, "n1");
  EXPECT_THAT(verdict.suspects[0].evidence[0], HasSubstr(std::string{"is down ("} + down + ")"));
}

INSTANTIATE_TEST_SUITE_P(Kinds, JudgePortStates,
                         testing::Values(PortStates{"4: ACTIVE, 5: LinkUp", "1: DOWN, 2: Polling"},
                                         PortStates{"up", "down"},
                                         PortStates{"unknown", "lowerlayerdown"}));

TEST(JudgeHostLinks, OnlyNoteADiskThatIsSlower) {
  Hosts hosts;
  hosts.link("n1", "0000:5e:00.0").report.readings["bytes_per_s"] = 3.9 * gigabyte;
  const Verdict verdict = hosts.judged();
  EXPECT_THAT(verdict.suspects, IsEmpty());
  EXPECT_EQ(status_of(verdict, "host/link", "n1 0000:5e:00.0"), Status::pass);
  EXPECT_THAT(find(verdict, "host/link", "n1 0000:5e:00.0")->reason, HasSubstr("16 GT/s x4"));
}

TEST(JudgeHostLinks, NameAHostThatLacksACard) {
  Hosts hosts;
  hosts.take_out("n0", "0000:3b:00.0");
  const Verdict verdict = hosts.judged();
  EXPECT_EQ(status_of(verdict, "host/cards", "n0"), Status::fail);
  EXPECT_THAT(find(verdict, "host/cards", "n0")->reason,
              HasSubstr("0 of nic 0x15b3 0x1021, most hosts have 1"));
  ASSERT_THAT(verdict.suspects, SizeIs(1));
}

TEST(JudgeHostLinks, DoNotSayWhichOfTwoHostsIsRight) {
  Hosts hosts;
  for (const char* device : {"0000:3b:00.0", "0000:5e:00.0", "mlx5_0:1"})
    hosts.take_out("n2", device);
  hosts.take_out("n0", "0000:3b:00.0");
  hosts.link("n1", "mlx5_0:1").report.readings["bytes_per_s"] = 25 * gigabyte;
  EXPECT_THAT(hosts.judged().suspects, IsEmpty());
}

TEST(JudgeHostLinks, AddEvidenceToANodeThatIsSuspected) {
  Hosts hosts;
  hosts.link("n1", "0000:3b:00.0").report.readings["bytes_per_s"] = 31.5 * gigabyte;
  Verdict slow;
  slow.suspects.push_back({});
  slow.suspects[0].kind = "node";
  slow.suspects[0].name = "n1";
  slow.suspects[0].host = "n1";
  slow.suspects[0].layer = "hardware";
  const Verdict verdict = hosts.judged(slow);
  ASSERT_THAT(verdict.suspects, SizeIs(1));
  EXPECT_THAT(verdict.suspects[0].evidence, ElementsAre(HasSubstr("nic 0000:3b:00.0")));
}

}  // namespace
}  // namespace assay::results
