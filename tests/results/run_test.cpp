#include "results/run.hpp"

#include <gmock/gmock.h>

#include "core/error.hpp"
#include "tests/results/temporary_folder.hpp"

namespace assay::results {
namespace {

using testing::AllOf;
using testing::EndsWith;
using testing::HasSubstr;
using testing::MatchesRegex;
using testing::ThrowsMessage;

Record simple_record(const std::string& benchmark) {
  Record record;
  record.benchmark = benchmark;
  record.implementation = "assay";
  return record;
}

class RunFolder : public TemporaryFolder {
 protected:
  void SetUp() override {
    TemporaryFolder::SetUp();
    RunInfo info;
    info.id = "run";
    info.start = "2026-11-23T16:29:00Z";
    info.verb = "bench";
    run_ = folder() / "run";
    RunWriter writer{run_, info, false};
    writer.append(simple_record("first"));
    writer.append(simple_record("second"));
  }
  [[nodiscard]] std::filesystem::path records() const { return run_ / "records.jsonl"; }

  std::filesystem::path run_;
};

TEST_F(RunFolder, IsReadBack) {
  const auto run = read_run(run_);
  EXPECT_EQ(run.info.verb, "bench");
  ASSERT_EQ(run.records.size(), 2U);
  EXPECT_EQ(run.records[1].benchmark, "second");
  EXPECT_FALSE(run.cut_off);
}

TEST_F(RunFolder, WithoutRecordsIsEmpty) {
  put(records(), "");
  EXPECT_TRUE(read_run(run_).records.empty());
}

TEST_F(RunFolder, MayEndInACutOffLine) {
  const auto whole = content(records());
  const auto first = whole.find('\n') + 1;
  for (std::size_t length = first; length <= whole.size(); ++length) {
    put(records(), whole.substr(0, length));
    const auto run = read_run(run_);
    const bool all = length + 1 >= whole.size();  // only the newline may be missing
    EXPECT_EQ(run.records.size(), all ? 2U : 1U) << length;
    EXPECT_EQ(run.cut_off, length != first && !all) << length;
  }
}

TEST_F(RunFolder, WithABrokenLineIsRefusedByItsPlace) {
  put(records(), "{\"schema\": 1\n" + to_json_line(simple_record("third")) + "\n", std::ios::app);
  EXPECT_THAT(
      [&] { (void)read_run(run_); },
      ThrowsMessage<UsageError>(AllOf(HasSubstr("records.jsonl:3: "), HasSubstr("not JSON"))));
}

TEST_F(RunFolder, WithALastLineOfAnotherSchemaIsRefusedEvenWithoutItsNewline) {
  put(records(), R"({"schema": 2, "benchmark": "b", "implementation": "i"})", std::ios::app);
  EXPECT_THAT([&] { (void)read_run(run_); },
              ThrowsMessage<UsageError>(
                  AllOf(HasSubstr("records.jsonl:3: "), HasSubstr("records of schema 2"))));
}

TEST_F(RunFolder, WithABrokenDescriptionIsRefused) {
  put(run_ / "run.json", "{");
  EXPECT_THAT([&] { (void)read_run(run_); },
              ThrowsMessage<UsageError>(HasSubstr("run.json: not JSON")));
}

TEST_F(RunFolder, WithoutRunJsonIsNone) {
  std::filesystem::remove(run_ / "run.json");
  EXPECT_THAT([&] { (void)read_run(run_); }, ThrowsMessage<UsageError>(HasSubstr("no run.json")));
  EXPECT_THAT([&] { (void)read_run(folder() / "nothing"); },
              ThrowsMessage<UsageError>(HasSubstr("not a run folder")));
}

TEST_F(RunFolder, WithoutItsRecordsFileIsRefused) {
  std::filesystem::remove(records());
  EXPECT_THAT([&] { (void)read_run(run_); }, ThrowsMessage<UsageError>(HasSubstr("records.jsonl")));
}

TEST_F(RunFolder, KeepsTheFirstClaimedVerdict) {
  EXPECT_TRUE(claim_verdict(run_, "1"));
  EXPECT_FALSE(claim_verdict(run_, "2"));
  EXPECT_EQ(content(run_ / "verdict.json"), "1");
  write_verdict(run_, "3");
  EXPECT_EQ(content(run_ / "verdict.json"), "3");
}

using DefaultRunDirectory = TemporaryFolder;

TEST_F(DefaultRunDirectory, IsNamedForTimeAndHost) {
  const auto directory = default_run_directory(folder(), "n0");
  EXPECT_THAT(directory.filename().string(),
              MatchesRegex("[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}-[0-9]{2}-[0-9]{2}Z-n0"));
  EXPECT_EQ(directory.parent_path(), folder());
}

TEST_F(DefaultRunDirectory, IsNeverAnExistingOne) {
  // Two in a row may fall into different seconds; of three, two fall into the same.
  bool suffixed = false;
  for (int attempt = 0; attempt < 3; ++attempt) {
    const auto directory = default_run_directory(folder(), "n0");
    EXPECT_TRUE(std::filesystem::create_directories(directory));
    suffixed = suffixed || directory.string().ends_with("-n0-2");
  }
  EXPECT_TRUE(suffixed);
}

TEST_F(DefaultRunDirectory, StaysBelowItsRoot) {
  const auto directory = default_run_directory(folder(), "../../../etc");
  EXPECT_EQ(directory.parent_path(), folder());
}

}  // namespace
}  // namespace assay::results
