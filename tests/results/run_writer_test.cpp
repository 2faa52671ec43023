#include <gmock/gmock.h>
#include <sys/resource.h>
#include <unistd.h>

#include <csignal>

#include "core/error.hpp"
#include "results/run.hpp"
#include "tests/results/temporary_folder.hpp"

namespace assay::results {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;
using testing::ThrowsMessage;

RunInfo info_on(const std::string& host) {
  RunInfo info;
  info.id = "run-" + host;
  info.start = "2026-11-23T16:29:00Z";
  info.verb = "bench";
  info.ranks.resize(1);
  info.ranks[0].host = host;
  return info;
}

Record record_on(const std::string& host) {
  Record record;
  record.benchmark = "memory";
  record.implementation = "assay";
  record.host = host;
  return record;
}

/// Files cannot grow beyond `bytes`, as on a full disk.
class FileSizeLimit {
 public:
  explicit FileSizeLimit(rlim_t bytes) : old_handler_{std::signal(SIGXFSZ, SIG_IGN)} {
    getrlimit(RLIMIT_FSIZE, &old_);
    const rlimit limited{bytes, old_.rlim_max};
    setrlimit(RLIMIT_FSIZE, &limited);
  }
  ~FileSizeLimit() {
    setrlimit(RLIMIT_FSIZE, &old_);
    std::signal(SIGXFSZ, old_handler_);
  }
  FileSizeLimit(const FileSizeLimit&) = delete;
  FileSizeLimit& operator=(const FileSizeLimit&) = delete;

 private:
  rlimit old_{};
  void (*old_handler_)(int);
};

class Writer : public TemporaryFolder {
 protected:
  [[nodiscard]] std::filesystem::path run() const { return folder() / "deep" / "down" / "run"; }
};

TEST_F(Writer, MakesTheFolderWithItsParents) {
  const RunWriter writer{run(), info_on("n0"), false};
  EXPECT_EQ(read_run(run()).info.id, "run-n0");
  EXPECT_TRUE(read_run(run()).records.empty());
  EXPECT_EQ(writer.directory(), run());
}

TEST_F(Writer, TakesATrailingSlash) {
  const RunWriter writer{run() / "", info_on("n0"), false};
  EXPECT_EQ(writer.directory(), run());
}

TEST_F(Writer, RefusesAnExistingFolderAndLeavesItAlone) {
  std::filesystem::create_directories(run());
  EXPECT_THAT([&] { const RunWriter writer(run(), info_on("n0"), false); },
              ThrowsMessage<UsageError>("output folder '" + run().string() +
                                        "' exists; choose another or remove it"));
  EXPECT_EQ(entries(run()), 0);
}

TEST_F(Writer, RefusesAFolderThatCannotBeMade) {
  put(folder() / "file", "");
  EXPECT_THAT([&] { const RunWriter writer(folder() / "file" / "run", info_on("n0"), false); },
              ThrowsMessage<UsageError>(HasSubstr("cannot be made")));
  EXPECT_THAT([] { const RunWriter writer("/proc/run", info_on("n0"), false); },
              ThrowsMessage<UsageError>(HasSubstr("/proc/run")));
  EXPECT_THROW(RunWriter("", info_on("n0"), false), UsageError);
}

TEST_F(Writer, HasEveryLineOnDiskBeforeItReturns) {
  RunWriter writer{run(), info_on("n0"), false};
  for (std::size_t count = 1; count <= 3; ++count) {
    writer.append(record_on("n0"));
    const auto read = read_run(run());
    EXPECT_EQ(read.records.size(), count);
    EXPECT_FALSE(read.cut_off);
  }
}

TEST_F(Writer, RewritesTheDescription) {
  RunWriter writer{run(), info_on("n0"), false};
  auto info = info_on("n0");
  info.end = "2026-11-23T16:30:00Z";
  writer.update(info);
  EXPECT_EQ(read_run(run()).info.end, info.end);
  EXPECT_EQ(entries(run()), 2);
}

TEST_F(Writer, SaysWhatIsLostAndKeepsTheRestOnAFullDisk) {
  RunWriter writer{run(), info_on("n0"), false};
  writer.append(record_on("n0"));
  const auto whole = content(run() / "records.jsonl");
  {
    const FileSizeLimit limit{whole.size() + 10};
    EXPECT_THAT([&] { writer.append(record_on("n0")); },
                ThrowsMessage<Error>(AllOf(HasSubstr("memory record just measured is lost"),
                                           HasSubstr("the 1 before it are kept"))));
  }
  EXPECT_EQ(content(run() / "records.jsonl"), whole);
  writer.append(record_on("n0"));
  EXPECT_EQ(read_run(run()).records.size(), 2U);
}

TEST_F(Writer, NoticesThatTheFolderIsGone) {
  RunWriter writer{run(), info_on("n0"), false};
  std::filesystem::remove_all(run());
  EXPECT_THROW(writer.append(record_on("n0")), Error);
  EXPECT_THROW(writer.update(info_on("n0")), Error);
}

TEST_F(Writer, WritesNoNameWhereItIsToRedact) {
  RunWriter writer{run(), info_on("secret-node"), true};
  writer.append(record_on("secret-node"));
  Verdict verdict;
  verdict.suspects.resize(1);
  verdict.suspects[0].name = "secret-node";
  write_verdict(run(), to_json(writer.presentable(verdict)));
  for (const char* file : {"run.json", "records.jsonl", "verdict.json"}) {
    EXPECT_THAT(content(run() / file), AllOf(HasSubstr("host-1"), Not(HasSubstr("secret"))))
        << file;
  }
  EXPECT_EQ(read_run(run()).info.ranks[0].host, read_run(run()).records[0].host);
}

TEST_F(Writer, WritesNamesOtherwise) {
  RunWriter writer{run(), info_on("open-node"), false};
  Verdict verdict;
  verdict.suspects.resize(1);
  verdict.suspects[0].name = "open-node";
  EXPECT_EQ(writer.presentable(verdict).suspects[0].name, "open-node");
}

}  // namespace
}  // namespace assay::results
