// What an acceptance run lacks where ranks have GPUs. The records are made up: no GPU is behind
// them.
#include "results/judge/complete_gpus.hpp"

#include <gmock/gmock.h>

#include "tests/results/synthetic_gpus.hpp"
#include "tests/results/verdict_queries.hpp"

namespace assay::results {
namespace {

using testing::HasSubstr;
using testing::Not;

TEST(CompleteGpus, MissWhatWasNotMeasured) {
  const auto reason_without = [](const auto& is_gone) {
    SyntheticGpuRun synthetic{{}};
    std::erase_if(synthetic.run().records, is_gone);
    const Verdict verdict = judge(synthetic.run(), nullptr);
    const Check* check = find(verdict, "run/complete", "level quick");
    return check == nullptr ? std::string{} : check->reason;
  };
  const auto of_gpu2 = [](const Record& record) {
    return record.memory == "device" && record.host == "n0" && record.device == "gpu2";
  };
  EXPECT_EQ(reason_without([](const Record&) { return false; }), "");
  EXPECT_THAT(reason_without([&](const Record& record) {
                return of_gpu2(record) && record.benchmark == "matmul";
              }),
              HasSubstr("not measured: matmul of n0 gpu2"));
  EXPECT_THAT(reason_without([&](const Record& record) {
                return of_gpu2(record) && record.benchmark == "digest";
              }),
              HasSubstr("digest of n0 gpu2"));
  for (const std::string way : {"host_to_device", "kernel_to_host"})
    EXPECT_THAT(reason_without([&](const Record& record) {
                  return of_gpu2(record) && record.algorithm == way;
                }),
                HasSubstr("copy/" + way + " of n0 gpu2"));
  EXPECT_THAT(reason_without([&](const Record& record) {
                return of_gpu2(record) && record.peer == "gpu3" && record.algorithm == "read";
              }),
              HasSubstr("copies n0 gpu2->gpu3"));
  EXPECT_THAT(reason_without([&](const Record& record) {
                return record.memory == "device" && record.implementation == "nccl";
              }),
              HasSubstr("all-reduce on GPUs"));
}

TEST(CompleteGpus, MissTheSumOfHostsBesideThatOfGpus) {
  SyntheticGpuRun synthetic{{}};
  std::erase_if(synthetic.run().records, [](const Record& record) {
    return record.benchmark == "all_reduce" && record.memory == "host";
  });
  const Verdict verdict = judge(synthetic.run(), nullptr);
  EXPECT_THAT(find(verdict, "run/complete", "level quick")->reason, HasSubstr("all-reduce, assay"));
}

TEST(CompleteGpus, MissTheSoakOfGpus) {
  SyntheticGpuRun synthetic{{.hosts = 1, .per_host = 2}};
  results::Run& run = synthetic.run();
  run.info.level = "soak";
  Record window;
  window.benchmark = "soak_gpu_matmul";
  window.memory = "device";
  window.host = "n0";
  window.device = "gpu0";
  window.rank = 0;
  window.window = 0;
  window.samples_s = {1};
  run.records.push_back(window);
  const Verdict verdict = judge(run, nullptr);
  const std::string reason = find(verdict, "run/complete", "level soak")->reason;
  EXPECT_THAT(reason, HasSubstr("the soak of n0 gpu1"));
  EXPECT_THAT(reason, HasSubstr("the soak's all-reduce on GPUs"));
  EXPECT_THAT(reason, Not(HasSubstr("the soak of n0 gpu0")));
}

TEST(CompleteGpus, MissAGpuThatNoRankHas) {
  SyntheticGpuRun synthetic{{}};
  results::Run& run = synthetic.run();
  std::erase_if(run.records, [](const Record& record) {
    return record.memory == "device" && record.host == "n1" &&
           (record.device == "gpu3" || record.peer == "gpu3");
  });
  run.info.ranks[7].gpus.clear();
  const Verdict verdict = judge(run, nullptr);
  const Check* check = find(verdict, "run/complete", "level quick");
  ASSERT_NE(check, nullptr);
  EXPECT_THAT(check->reason, HasSubstr("n1 gpu3, which no rank has"));
}

TEST(CompleteGpus, AskForNothingWhereNoRankMeasuresAny) {
  SyntheticGpuRun synthetic{{}};
  results::Run& run = synthetic.run();
  std::erase_if(run.records, [](const Record& record) { return record.memory == "device"; });
  for (auto& identity : run.info.ranks) identity.gpus.clear();
  EXPECT_EQ(judge(run, nullptr).verdict, Status::pass);
}

}  // namespace
}  // namespace assay::results
