#include "supervision/message.hpp"

#include <gtest/gtest.h>

namespace assay::supervision {
namespace {

template <class Kind>
std::optional<Kind> through_channel(const Kind& message) {
  const auto decoded = decode_message(encode(Message{message}));
  if (!decoded || !std::holds_alternative<Kind>(*decoded)) return std::nullopt;
  return std::get<Kind>(*decoded);
}

TEST(Message, OfEachKindSurvivesTheChannel) {
  EXPECT_TRUE(through_channel(Query{}));
  EXPECT_TRUE(through_channel(Done{}));
  EXPECT_EQ(through_channel(Leave{ExitCode::cuda})->code, ExitCode::cuda);
  EXPECT_EQ(through_channel(Join{"00ff", 7})->rank, 7);
  EXPECT_EQ(through_channel(Join{"00ff", 7})->token, "00ff");
  RankState state;
  state.rank = 3;
  state.host = "n3";
  EXPECT_EQ(through_channel(state), state);
}

TEST(Message, IsNotReadFromAnythingElse) {
  for (const char* line : {"", "bye", "query now", "done 0", "leave", "leave 11", "leave -1",
                           "leave 4 4", "join", "join 1", "join one 00ff", "state", "state 1"})
    EXPECT_FALSE(decode_message(line)) << line;
}

}  // namespace
}  // namespace assay::supervision
