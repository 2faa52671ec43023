#include "core/printable.hpp"

#include <gtest/gtest.h>

namespace assay {
namespace {

TEST(Printable, TakesTerminalCommandsAway) {
  EXPECT_EQ(printable("a\x1b[31mb\x07\x7f\nc\td"), "a?[31mb?? c d");
  EXPECT_EQ(printable("\xc2\x9b"
                      "31m µ"),
            "?31m µ");
}

TEST(Printable, TakesMarksThatTurnTheDirectionAway) {
  EXPECT_EQ(printable("a\u202Eb\u200Fc\u2066d\u2028e\u061Cf"), "a?b?c?d?e?f");
  EXPECT_EQ(printable("\u2013 \u20AC"), "\u2013 \u20AC");
}

}  // namespace
}  // namespace assay
