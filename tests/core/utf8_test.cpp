#include "core/utf8.hpp"

#include <gtest/gtest.h>

namespace assay {
namespace {

TEST(ValidUtf8, KeepsWhatIsWellFormed) {
  for (const char* text : {"", "a", "µ", "\u20AC", "\U0001F600"}) EXPECT_EQ(valid_utf8(text), text);
}

TEST(ValidUtf8, ReplacesEveryByteThatIsNot) {
  EXPECT_EQ(valid_utf8("a\xff\x80z"), "a??z");
  EXPECT_EQ(valid_utf8("\xc3"), "?");                 // cut off
  EXPECT_EQ(valid_utf8("\xc0\xaf"), "??");            // overlong
  EXPECT_EQ(valid_utf8("\xed\xa0\x80"), "???");       // a surrogate
  EXPECT_EQ(valid_utf8("\xef\xbf\xbf"), "???");       // U+FFFF
  EXPECT_EQ(valid_utf8("\xf4\x90\x80\x80"), "????");  // beyond the last
}

}  // namespace
}  // namespace assay
