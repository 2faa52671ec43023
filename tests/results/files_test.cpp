#include "results/files.hpp"

#include <gmock/gmock.h>

#include "core/error.hpp"
#include "tests/results/temporary_folder.hpp"

namespace assay::results {
namespace {

using testing::HasSubstr;
using testing::ThrowsMessage;

class WholeFile : public TemporaryFolder {};

TEST_F(WholeFile, ReplacesTheOldAndLeavesNothingBeside) {
  const auto file = folder() / "a.json";
  write_whole_file(file, "old");
  write_whole_file(file, "new");
  EXPECT_EQ(content(file), "new");
  EXPECT_EQ(entries(folder()), 1);
}

TEST_F(WholeFile, KeepsTheOldWhereItCannotBeWritten) {
  EXPECT_THAT([&] { write_whole_file(folder() / "none" / "a.json", "x"); },
              ThrowsMessage<Error>(HasSubstr("none/a.json")));
  std::filesystem::create_directory(folder() / "directory");
  EXPECT_THROW(write_whole_file(folder() / "directory", "x"), Error);
  EXPECT_EQ(entries(folder()), 1);
}

TEST_F(WholeFile, IsCreatedOnceOnly) {
  const auto file = folder() / "a.json";
  EXPECT_TRUE(create_whole_file(file, "first"));
  EXPECT_FALSE(create_whole_file(file, "second"));
  EXPECT_EQ(content(file), "first");
  EXPECT_EQ(entries(folder()), 1);
}

TEST_F(WholeFile, ThatCouldBeWrittenIsLeftAsItIs) {
  const auto file = folder() / "a.json";
  require_writable(file);
  EXPECT_EQ(entries(folder()), 0);
  write_whole_file(file, "old");
  require_writable(file);
  EXPECT_EQ(content(file), "old");
  EXPECT_EQ(entries(folder()), 1);
}

TEST_F(WholeFile, ThatCouldNotBeWrittenIsRefusedBefore) {
  EXPECT_THAT([&] { require_writable(folder() / "none" / "a.json"); },
              ThrowsMessage<UsageError>(HasSubstr("No such file")));
  EXPECT_THAT([&] { require_writable(folder()); },
              ThrowsMessage<UsageError>(HasSubstr("it is no file")));
  EXPECT_THAT([] { require_writable("/dev/null"); },
              ThrowsMessage<UsageError>(HasSubstr("it is no file")));
}

TEST_F(WholeFile, IsReadAsItIs) {
  const std::string text{"a\0b\r\n\xff", 6};
  write_whole_file(folder() / "a", text);
  EXPECT_EQ(read_whole_file(folder() / "a"), text);
}

TEST_F(WholeFile, ThatIsNotThereIsRefused) {
  EXPECT_THAT([&] { (void)read_whole_file(folder() / "a"); },
              ThrowsMessage<UsageError>(HasSubstr("No such file")));
  EXPECT_THAT([&] { (void)read_whole_file(folder()); },
              ThrowsMessage<UsageError>(HasSubstr("Is a directory")));
}

}  // namespace
}  // namespace assay::results
