#include "results/judge/telemetry.hpp"

#include <gmock/gmock.h>

#include "tests/results/verdict_queries.hpp"

namespace assay::results {
namespace {

using testing::Contains;
using testing::HasSubstr;
using testing::IsEmpty;

Record telemetry(const std::string& device, const std::string& stage) {
  Record record;
  record.benchmark = "telemetry";
  record.host = "n0";
  record.device = device;
  record.algorithm = stage;
  record.report.sensors["temperature_c"] = {40, 50, 60};
  record.report.sensors["throttle_reasons"] = {0, 0, 0};
  record.counters = {{"pcie_replays", 0}, {"ecc_uncorrected", 0}, {"xids", 0}};
  return record;
}

Verdict judged(const std::vector<Record>& records, Verdict verdict = {}) {
  Run run;
  run.records = records;
  judge_telemetry(run, verdict);
  return verdict;
}

Verdict with_slow_rank() {
  Verdict verdict;
  Suspect suspect;
  suspect.kind = "rank";
  suspect.name = "rank 0";
  suspect.layer = "compute";
  suspect.host = "n0";
  verdict.suspects.push_back(suspect);
  return verdict;
}

TEST(JudgeTelemetry, PassesAQuietGpu) {
  const Verdict verdict = judged({telemetry("gpu0", "matmul"), telemetry("gpu0", "memory")});
  for (const char* name : {"gpu/present", "gpu/errors", "gpu/throttle"})
    EXPECT_EQ(status_of(verdict, name, "n0 gpu0"), Status::pass) << name;
  EXPECT_THAT(verdict.suspects, IsEmpty());
}

TEST(JudgeTelemetry, NamesAHotGpu) {
  Record hot = telemetry("gpu0", "matmul");
  hot.report.throttled["hardware_thermal"] = 0.4;
  const Verdict verdict = judged({hot, telemetry("gpu0", "memory")});
  const Check* check = find(verdict, "gpu/throttle", "n0 gpu0");
  ASSERT_NE(check, nullptr);
  EXPECT_EQ(check->status, Status::fail);
  EXPECT_THAT(check->reason, HasSubstr("hardware_thermal in 40 % of the moments beside matmul"));
  ASSERT_EQ(verdict.suspects.size(), 1u);
  EXPECT_EQ(verdict.suspects[0].name, "n0 gpu0");
}

TEST(JudgeTelemetry, HoldsAPowerCapAgainstAGpuOnlyWhereSomethingWasSlow) {
  Record capped = telemetry("gpu0", "matmul");
  capped.report.throttled["software_power_cap"] = 0.9;
  const Verdict fast = judged({capped});
  EXPECT_EQ(status_of(fast, "gpu/throttle", "n0 gpu0"), Status::pass);
  EXPECT_THAT(find(fast, "gpu/throttle", "n0 gpu0")->reason, HasSubstr("software_power_cap"));

  const Verdict slow = judged({capped}, with_slow_rank());
  EXPECT_EQ(status_of(slow, "gpu/throttle", "n0 gpu0"), Status::fail);
  EXPECT_THAT(slow.suspects[0].evidence, Contains(HasSubstr("software_power_cap in 90 %")));
}

TEST(JudgeTelemetry, NamesErrorsThatWereCountedMeanwhile) {
  for (const char* grave : {"xid_79", "nvlink3_recovery", "ecc_uncorrected"}) {
    Record record = telemetry("gpu1", "pairs");
    record.counters[grave] = 1;
    const Verdict verdict = judged({record});
    EXPECT_EQ(status_of(verdict, "gpu/errors", "n0 gpu1"), Status::fail) << grave;
    EXPECT_THAT(find(verdict, "gpu/errors", "n0 gpu1")->reason, HasSubstr(grave));
  }
}

TEST(JudgeTelemetry, AllowsFewReplaysButNotMany) {
  Record record = telemetry("gpu1", "pairs");
  record.counters["nvlink3_replay"] = 6;
  EXPECT_EQ(status_of(judged({record}), "gpu/errors", "n0 gpu1"), Status::pass);
  EXPECT_EQ(status_of(judged({record, record}), "gpu/errors", "n0 gpu1"), Status::fail);
}

TEST(JudgeTelemetry, NamesAGpuThatVanished) {
  Record record = telemetry("gpu1", "memory");
  record.report.facts["lost"] = "GPU is lost";
  const Verdict verdict = judged({telemetry("gpu1", "matmul"), record});
  const Check* check = find(verdict, "gpu/present", "n0 gpu1");
  ASSERT_NE(check, nullptr);
  EXPECT_EQ(check->status, Status::fail);
  EXPECT_EQ(check->reason, "stopped answering beside memory: GPU is lost");
}

TEST(JudgeTelemetry, HoldsHeatAgainstAHostOnlyWhereItWasSlow) {
  Record host = telemetry("cpu", "matmul");
  host.counters = {{"core_throttles", 7}};
  const Verdict fast = judged({host});
  EXPECT_EQ(status_of(fast, "host/throttle", "n0"), Status::pass);
  EXPECT_EQ(find(fast, "host/throttle", "n0")->reason, "core_throttles 7");
  const Verdict slow = judged({host}, with_slow_rank());
  EXPECT_EQ(status_of(slow, "host/throttle", "n0"), Status::fail);
  EXPECT_THAT(slow.suspects[0].evidence, Contains(HasSubstr("core_throttles 7")));
}

TEST(JudgeTelemetry, SkipsWhatTheDriverDoesNotTellOf) {
  Record gpu = telemetry("gpu0", "matmul");
  gpu.report.sensors.erase("throttle_reasons");
  gpu.counters.erase("xids");
  gpu.counters["nvlink0_replay"] = 2;
  const Verdict verdict = judged({gpu});
  EXPECT_EQ(status_of(verdict, "gpu/throttle", "n0 gpu0"), Status::skipped);
  const Check* errors = find(verdict, "gpu/errors", "n0 gpu0");
  ASSERT_NE(errors, nullptr);
  EXPECT_EQ(errors->status, Status::skipped);
  EXPECT_EQ(errors->reason,
            "the driver does not tell of Xids; counted meanwhile: nvlink0_replay 2");
  gpu.counters["ecc_uncorrected"] = 1;  // which is a fault, whatever else is not told
  EXPECT_EQ(status_of(judged({gpu}), "gpu/errors", "n0 gpu0"), Status::fail);
}

TEST(JudgeTelemetry, SkipsWhatSaysNothing) {
  Record gpu = telemetry("gpu0", "matmul");
  gpu.report = {};
  gpu.counters.clear();
  Record host;
  host.benchmark = "inventory";
  host.host = "n1";
  const Verdict verdict = judged({gpu, host});
  EXPECT_EQ(status_of(verdict, "gpu/throttle", "n0 gpu0"), Status::skipped);
  EXPECT_EQ(status_of(verdict, "gpu/errors", "n0 gpu0"), Status::skipped);
  EXPECT_EQ(status_of(verdict, "host/throttle", "n1"), Status::skipped);
}

}  // namespace
}  // namespace assay::results
