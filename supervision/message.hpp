#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "core/error.hpp"
#include "supervision/rank_state.hpp"

namespace assay::supervision {

/// The first line of a member: it knows the job's token.
struct Join {
  std::string token;
  int rank = -1;
};
/// Rank 0's supervisor asks for a member's state at once.
struct Query {};
/// Rank 0's supervisor to all: all ranks ended well; leave with your own worker's code.
struct Done {};
/// Rank 0's supervisor to all: the job has failed and the verdict is written.
struct Leave {
  ExitCode code = ExitCode::deadline;
};

/// A line of the health channel. Both sides send their own RankState.
using Message = std::variant<Join, Query, Done, Leave, RankState>;

/// Longest line of the channel: three escaped texts and a few numbers fit.
constexpr std::size_t line_limit = 2048;

[[nodiscard]] std::string encode(const Message& message);
/// Returns  nothing where `line` is none of them.
[[nodiscard]] std::optional<Message> decode_message(std::string_view line);

}  // namespace assay::supervision
