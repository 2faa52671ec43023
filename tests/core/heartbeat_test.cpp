#include "core/heartbeat.hpp"

#include <gtest/gtest.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <new>
#include <thread>

#include "core/clock.hpp"

namespace assay {
namespace {

TEST(SharedText, ReadsWhatWasWritten) {
  SharedText<16> text;
  EXPECT_EQ(text.read(), "");
  text.write("pair 0->1");
  EXPECT_EQ(text.read(), "pair 0->1");
  text.write("");
  EXPECT_EQ(text.read(), "");
}

TEST(SharedText, CutsWhatIsTooLong) {
  SharedText<4> text;
  text.write("abcdef");
  EXPECT_EQ(text.read(), "abc");
}

TEST(SharedText, IsNeverReadHalfWritten) {
  SharedText<64> text;
  const std::string zeros(40, '0');
  const std::string ones(50, '1');
  text.write(zeros);
  std::atomic<bool> done{false};
  std::thread writer{[&] {
    for (int i = 0; i < 20000; ++i) text.write(i % 2 == 0 ? ones : zeros);
    done = true;
  }};
  while (!done) {
    const std::string seen = text.read();
    EXPECT_TRUE(seen == zeros || seen == ones) << seen;
  }
  writer.join();
}

TEST(SharedText, IsWholeThoughItsWriterWasStoppedAnywhere) {
  using Text = SharedText<512>;
  void* memory =
      ::mmap(nullptr, sizeof(Text), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  ASSERT_NE(memory, MAP_FAILED);
  auto* text = new (memory) Text;
  const std::string zeros(400, '0');
  const std::string ones(500, '1');
  text->write(zeros);
  const pid_t writer = ::fork();
  ASSERT_GE(writer, 0);
  if (writer == 0)
    for (;;) {
      text->write(ones);
      text->write(zeros);
    }
  constexpr int stops = 50;
  for (int i = 0; i < stops; ++i) {
    sleep_for(Seconds{1e-4});
    ::kill(writer, SIGSTOP);
    ASSERT_EQ(::waitpid(writer, nullptr, WUNTRACED), writer);
    const std::string seen = text->read();
    EXPECT_TRUE(seen == zeros || seen == ones) << seen;
    ::kill(writer, SIGCONT);
  }
  ::kill(writer, SIGKILL);
  ::waitpid(writer, nullptr, 0);
  ::munmap(memory, sizeof(Text));
}

}  // namespace
}  // namespace assay
