#include "cli/split.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <cstdlib>
#include <limits>
#include <map>

#include "core/error.hpp"

namespace assay::cli {

namespace {

constexpr std::string_view mask_name = "NCCL_TESTS_SPLIT_MASK";
constexpr std::string_view split_name = "NCCL_TESTS_SPLIT";

struct Spelling {
  std::string_view text;
  Split::Operation operation;
};
constexpr std::array spellings{
    Spelling{"AND", Split::Operation::bit_and},   Spelling{"&", Split::Operation::bit_and},
    Spelling{"OR", Split::Operation::bit_or},     Spelling{"|", Split::Operation::bit_or},
    Spelling{"MOD", Split::Operation::remainder}, Spelling{"%", Split::Operation::remainder},
    Spelling{"DIV", Split::Operation::quotient},  Spelling{"/", Split::Operation::quotient},
};

/// Whether it begins so, whatever the case of its letters.
bool begins_with(std::string_view text, std::string_view capitals) {
  return text.size() >= capitals.size() &&
         std::equal(capitals.begin(), capitals.end(), text.begin(), [](char capital, char given) {
           return std::toupper(static_cast<unsigned char>(given)) == capital;
         });
}

std::optional<std::uint64_t> digits(std::string_view text, int base) {
  std::uint64_t value = 0;
  const char* end = text.data() + text.size();
  const auto [rest, problem] = std::from_chars(text.data(), end, value, base);
  if (problem != std::errc{} || rest != end) return std::nullopt;
  return value;
}

constexpr int binary = 2;
constexpr int decimal = 10;
constexpr int hexadecimal = 16;

/// 12, 0xc or 0b1100. None if it is 012: nccl-tests reads that as ten, and few would mean it.
std::optional<std::uint64_t> number(std::string_view text) {
  if (begins_with(text, "0X")) return digits(text.substr(2), hexadecimal);
  if (begins_with(text, "0B")) return digits(text.substr(2), binary);
  if (text.size() > 1 && text[0] == '0') return std::nullopt;
  return digits(text, decimal);
}

Split parse_mask(std::string_view setting, std::string_view value) {
  const auto mask = digits(begins_with(value, "0X") ? value.substr(2) : value, hexadecimal);
  if (!mask)
    throw UsageError{
        fmt::format("{} is '{}'; it must be a hexadecimal number, such as 0x7", mask_name, value)};
  return {std::string{setting}, Split::Operation::bit_and, *mask};
}

Split parse_operation(std::string_view setting, std::string_view value) {
  for (const Spelling& spelling : spellings) {
    if (!begins_with(value, spelling.text)) continue;
    auto rest = value.substr(spelling.text.size());
    rest.remove_prefix(std::min(rest.find_first_not_of(' '), rest.size()));
    const auto operand = number(rest);
    if (!operand) break;
    const bool divides = spelling.operation == Split::Operation::remainder ||
                         spelling.operation == Split::Operation::quotient;
    if (divides && *operand == 0)
      throw UsageError{
          fmt::format("{} is '{}'; it must divide by 1 or more, as MOD 2 does", split_name, value)};
    return {std::string{setting}, spelling.operation, *operand};
  }
  throw UsageError{
      fmt::format("{} is '{}'; it must be AND, OR, MOD or DIV (or & | % /) and a number: 8, 0x8 or "
                  "0b1000, as in MOD 8",
                  split_name, value)};
}

std::uint64_t apply(const Split& split, std::uint64_t rank) {
  switch (split.operation) {
    case Split::Operation::bit_and:
      return rank & split.operand;
    case Split::Operation::bit_or:
      return rank | split.operand;
    case Split::Operation::remainder:
      return rank % split.operand;
    case Split::Operation::quotient:
      return rank / split.operand;
  }
  return 0;
}

int number_of(const Split& split, int rank) {
  const std::uint64_t number = apply(split, static_cast<std::uint64_t>(rank));
  constexpr std::uint64_t greatest = std::numeric_limits<int>::max();
  if (number > greatest)
    throw UsageError{fmt::format("{} puts rank {} in group {}; groups go up to {}", split.setting,
                                 rank, number, greatest)};
  return static_cast<int>(number);
}

}  // namespace

std::string read_split_setting() {
  for (const std::string_view name : {mask_name, split_name})
    if (const char* value = std::getenv(name.data()); value != nullptr)
      return fmt::format("{}={}", name, value);
  return {};
}

std::optional<Split> parse_split(std::string_view setting) {
  if (setting.empty()) return std::nullopt;
  const auto equals = setting.find('=');
  const auto value = setting.substr(equals + 1);
  return setting.substr(0, equals) == mask_name ? parse_mask(setting, value)
                                                : parse_operation(setting, value);
}

std::vector<RankGroup> groups_of(const std::optional<Split>& split, int ranks) {
  std::vector<RankGroup> groups;
  for (int rank = 0; rank < ranks; ++rank) {
    const int number = split ? number_of(*split, rank) : 0;
    auto group = std::find_if(groups.begin(), groups.end(),
                              [&](const RankGroup& known) { return known.number == number; });
    if (group == groups.end()) group = groups.insert(group, RankGroup{number, {}});
    group->members.push_back(rank);
  }
  return groups;
}

std::vector<int> group_numbers(const std::vector<RankGroup>& groups) {
  std::map<int, int> number_of_rank;
  for (const RankGroup& group : groups)
    for (const int member : group.members) number_of_rank[member] = group.number;
  std::vector<int> numbers;
  for (const auto& [rank, number] : number_of_rank) numbers.push_back(number);
  return numbers;
}

int fewest_ranks(const std::vector<RankGroup>& groups) {
  std::size_t fewest = groups[0].members.size();
  for (const RankGroup& group : groups) fewest = std::min(fewest, group.members.size());
  return static_cast<int>(fewest);
}

}  // namespace assay::cli
