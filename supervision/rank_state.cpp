#include "supervision/rank_state.hpp"

#include <fmt/format.h>

#include <array>
#include <charconv>
#include <vector>

namespace assay::supervision {

namespace {

constexpr char separator = '\t';
constexpr std::size_t longest_text = 256;  // no host name or benchmark of ours is longer

std::string escaped(std::string_view text) {
  std::string result;
  for (const char character : text.substr(0, longest_text)) {
    if (character == '\\')
      result += "\\\\";
    else if (character == separator)
      result += "\\t";
    else if (character == '\n')
      result += "\\n";
    else
      result += static_cast<unsigned char>(character) < ' ' ? '?' : character;
  }
  return result;
}

std::string unescaped(std::string_view text) {
  std::string result;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '\\' || i + 1 == text.size()) {
      result += text[i];
      continue;
    }
    const char next = text[++i];
    result += next == 't' ? separator : next == 'n' ? '\n' : next;
  }
  return result;
}

std::vector<std::string_view> fields_of(std::string_view text) {
  std::vector<std::string_view> fields;
  for (;;) {
    const auto end = text.find(separator);
    fields.push_back(text.substr(0, end));
    if (end == std::string_view::npos) return fields;
    text.remove_prefix(end + 1);
  }
}

bool read(std::string_view text, int& value) {
  const auto [rest, problem] = std::from_chars(text.data(), text.data() + text.size(), value);
  return problem == std::errc{} && rest == text.data() + text.size();
}

template <class Enum>
bool read(std::string_view text, Enum& value, Enum last) {
  int number = 0;
  if (!read(text, number) || number < 0 || number > static_cast<int>(last)) return false;
  value = static_cast<Enum>(number);
  return true;
}

}  // namespace

bool is_alarming(Condition condition) noexcept {
  return condition != Condition::sound && condition != Condition::done &&
         condition != Condition::unknown;
}

std::string encode(const RankState& state) {
  return fmt::format("{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}", state.rank,
                     escaped(state.host), state.pid, static_cast<int>(state.worker), state.number,
                     static_cast<int>(state.phase), static_cast<int>(state.condition),
                     escaped(state.benchmark), state.lane, state.step, state.waiting_for,
                     state.asked_to_end ? 1 : 0, escaped(state.lost_links));
}

std::optional<RankState> decode(std::string_view text) {
  constexpr std::size_t fields_of_a_state = 13;
  const auto fields = fields_of(text);
  if (fields.size() != fields_of_a_state) return std::nullopt;
  RankState state;
  int asked = 0;
  const bool is_state =
      read(fields[0], state.rank) && read(fields[2], state.pid) &&
      read(fields[3], state.worker, WorkerState::killed) && read(fields[4], state.number) &&
      read(fields[5], state.phase, Heartbeat::Phase::finished) &&
      read(fields[6], state.condition, Condition::unknown) && read(fields[8], state.lane) &&
      read(fields[9], state.step) && read(fields[10], state.waiting_for) && read(fields[11], asked);
  if (!is_state) return std::nullopt;
  state.host = unescaped(fields[1]);
  state.benchmark = unescaped(fields[7]);
  state.asked_to_end = asked != 0;
  state.lost_links = unescaped(fields[12]);
  return state;
}

}  // namespace assay::supervision
