#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace assay::cli {

/// What makes groups of a job's ranks, in the words of nccl-tests: all ranks that `operation` maps
/// to one number are a group of that number.
struct Split {
  enum class Operation { bit_and, bit_or, remainder, quotient };

  std::string setting;  ///< as the user wrote it: NCCL_TESTS_SPLIT=MOD 2
  Operation operation = Operation::bit_and;
  std::uint64_t operand = 0;
};

/// What the environment sets of NCCL_TESTS_SPLIT_MASK and NCCL_TESTS_SPLIT, as NAME=VALUE. The mask
/// wins over the other; empty where neither is set.
[[nodiscard]] std::string read_split_setting();

/// Reads such a setting; nothing if it is empty. Of NCCL_TESTS_SPLIT_MASK the value is a
/// hexadecimal number; of NCCL_TESTS_SPLIT it is AND, OR, MOD or DIV, in any case, or & | % /, and
/// a number. Throws  UsageError that says what would be right.
[[nodiscard]] std::optional<Split> parse_split(std::string_view setting);

/// Ranks that belong together, in ascending order, and the number that they go by.
struct RankGroup {
  int number = 0;
  std::vector<int> members;
};

/// The groups of ranks 0 to ranks - 1, in the order of their first ranks; without a split, group 0
/// of all.
/// Throws  UsageError if the numbers do not fit a group's.
[[nodiscard]] std::vector<RankGroup> groups_of(const std::optional<Split>& split, int ranks);

/// By rank, the number of its group.
[[nodiscard]] std::vector<int> group_numbers(const std::vector<RankGroup>& groups);

/// Of the smallest group. Precondition: there is one.
[[nodiscard]] int fewest_ranks(const std::vector<RankGroup>& groups);

}  // namespace assay::cli
