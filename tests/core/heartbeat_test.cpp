#include "core/heartbeat.hpp"

#include <gtest/gtest.h>

#include <thread>

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

}  // namespace
}  // namespace assay
