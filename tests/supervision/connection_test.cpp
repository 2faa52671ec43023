#include "supervision/connection.hpp"

#include <gtest/gtest.h>
#include <sys/socket.h>

#include <array>
#include <string>

namespace assay::supervision {
namespace {

struct Pair {
  Pair() {
    std::array<int, 2> ends{};
    EXPECT_EQ(::socketpair(AF_UNIX, SOCK_STREAM, 0, ends.data()), 0);
    one.emplace(native::FileDescriptor{ends[0]}, 64);
    other = native::FileDescriptor{ends[1]};
  }
  void write(const std::string& text) const {
    EXPECT_EQ(::send(other.get(), text.data(), text.size(), MSG_NOSIGNAL),
              static_cast<ssize_t>(text.size()));
  }
  std::optional<Connection> one;
  native::FileDescriptor other;
};

TEST(Connection, GivesWholeLinesOnly) {
  Pair pair;
  pair.write("first\nsec");
  pair.one->exchange();
  EXPECT_EQ(pair.one->next_line(), "first");
  EXPECT_EQ(pair.one->next_line(), std::nullopt);
  pair.write("ond\n\n");
  pair.one->exchange();
  EXPECT_EQ(pair.one->next_line(), "second");
  EXPECT_EQ(pair.one->next_line(), "");
  EXPECT_TRUE(pair.one->is_open());
}

TEST(Connection, KeepsLastWordsOfAPeerThatCloses) {
  Pair pair;
  pair.write("bye\n");
  pair.other = native::FileDescriptor{};
  pair.one->exchange();
  pair.one->exchange();
  EXPECT_FALSE(pair.one->is_open());
  EXPECT_EQ(pair.one->next_line(), "bye");
}

TEST(Connection, CutsOffWhoNeverEndsALine) {
  Pair pair;
  pair.write(std::string(65, 'x'));
  pair.one->exchange();
  EXPECT_FALSE(pair.one->is_open());
}

TEST(Connection, DropsWhatAPeerDoesNotRead) {
  Pair pair;
  const std::string line(1000, 'x');
  for (int i = 0; i < 10000; ++i) pair.one->send(line);  // neither waits nor grows
  EXPECT_TRUE(pair.one->is_open());
  std::array<char, 1 << 16> part;
  std::string all;
  for (ssize_t got = 1; got > 0;) {
    pair.one->exchange();
    got = ::recv(pair.other.get(), part.data(), part.size(), MSG_DONTWAIT);
    if (got > 0) all.append(part.data(), static_cast<std::size_t>(got));
  }
  EXPECT_EQ(all.size() % (line.size() + 1), 0u);  // whole lines
  EXPECT_LT(all.size(), 1000000u);
}

TEST(Connection, BearsAPeerThatIsGone) {
  Pair pair;
  pair.other = native::FileDescriptor{};
  pair.one->send("anybody?");
  pair.one->exchange();
  EXPECT_FALSE(pair.one->is_open());
}

}  // namespace
}  // namespace assay::supervision
