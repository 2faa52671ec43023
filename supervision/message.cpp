#include "supervision/message.hpp"

#include <fmt/format.h>

#include <charconv>

namespace assay::supervision {

namespace {

// The name of each kind is the first word of its line.
constexpr std::string_view join_word = "join";
constexpr std::string_view query_word = "query";
constexpr std::string_view done_word = "done";
constexpr std::string_view leave_word = "leave";
constexpr std::string_view state_word = "state";

struct Encoder {
  std::string operator()(const Join& join) const {
    return fmt::format("{} {} {}", join_word, join.rank, join.token);
  }
  std::string operator()(const Query&) const { return std::string{query_word}; }
  std::string operator()(const Done&) const { return std::string{done_word}; }
  std::string operator()(const Leave& leave) const {
    return fmt::format("{} {}", leave_word, static_cast<int>(leave.code));
  }
  std::string operator()(const RankState& state) const {
    return fmt::format("{} {}", state_word, encode(state));
  }
};

std::optional<int> number(std::string_view text) {
  int value = 0;
  const auto [rest, problem] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (problem != std::errc{} || rest != text.data() + text.size()) return std::nullopt;
  return value;
}

std::optional<Message> decode_join(std::string_view text) {
  const auto space = text.find(' ');
  if (space == std::string_view::npos) return std::nullopt;
  const auto rank = number(text.substr(0, space));
  if (!rank) return std::nullopt;
  return Join{std::string{text.substr(space + 1)}, *rank};
}

std::optional<Message> decode_leave(std::string_view text) {
  const auto code = number(text);
  const int last = static_cast<int>(ExitCode::verdict_inconclusive);
  if (!code || *code < 0 || *code > last) return std::nullopt;
  return Leave{static_cast<ExitCode>(*code)};
}

}  // namespace

std::string encode(const Message& message) { return std::visit(Encoder{}, message); }

std::optional<Message> decode_message(std::string_view line) {
  const auto space = line.find(' ');
  const std::string_view word = line.substr(0, space);
  const bool is_alone = space == std::string_view::npos;
  const std::string_view rest = is_alone ? std::string_view{} : line.substr(space + 1);
  if (word == query_word && is_alone) return Query{};
  if (word == done_word && is_alone) return Done{};
  if (word == join_word) return decode_join(rest);
  if (word == leave_word) return decode_leave(rest);
  if (word == state_word)
    if (auto state = decode(rest)) return *std::move(state);
  return std::nullopt;
}

}  // namespace assay::supervision
