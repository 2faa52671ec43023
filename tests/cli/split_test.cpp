#include "cli/split.hpp"

#include <gmock/gmock.h>

#include <cstdlib>

#include "core/error.hpp"

namespace assay::cli {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::ThrowsMessage;

struct Case {
  const char* setting;
  std::vector<int> numbers;  ///< of ranks 0 to 7
};

class GroupNumbers : public testing::TestWithParam<Case> {};

TEST_P(GroupNumbers, AreThoseOfNcclTests) {
  EXPECT_EQ(group_numbers(groups_of(parse_split(GetParam().setting), 8)), GetParam().numbers);
}

INSTANTIATE_TEST_SUITE_P(
    Settings, GroupNumbers,
    testing::Values(Case{"", {0, 0, 0, 0, 0, 0, 0, 0}},
                    Case{"NCCL_TESTS_SPLIT=AND 0x3", {0, 1, 2, 3, 0, 1, 2, 3}},
                    Case{"NCCL_TESTS_SPLIT=&2", {0, 0, 2, 2, 0, 0, 2, 2}},
                    Case{"NCCL_TESTS_SPLIT=OR 0b11", {3, 3, 3, 3, 7, 7, 7, 7}},
                    Case{"NCCL_TESTS_SPLIT=|0X1", {1, 1, 3, 3, 5, 5, 7, 7}},
                    Case{"NCCL_TESTS_SPLIT=MOD 3", {0, 1, 2, 0, 1, 2, 0, 1}},
                    Case{"NCCL_TESTS_SPLIT=mod2", {0, 1, 0, 1, 0, 1, 0, 1}},
                    Case{"NCCL_TESTS_SPLIT=%  1", {0, 0, 0, 0, 0, 0, 0, 0}},
                    Case{"NCCL_TESTS_SPLIT=Div 3", {0, 0, 0, 1, 1, 1, 2, 2}},
                    Case{"NCCL_TESTS_SPLIT=/10", {0, 0, 0, 0, 0, 0, 0, 0}},
                    Case{"NCCL_TESTS_SPLIT_MASK=1", {0, 1, 0, 1, 0, 1, 0, 1}},
                    Case{"NCCL_TESTS_SPLIT_MASK=0x4", {0, 0, 0, 0, 4, 4, 4, 4}},
                    Case{"NCCL_TESTS_SPLIT_MASK=fffffffC", {0, 0, 0, 0, 4, 4, 4, 4}},
                    Case{"NCCL_TESTS_SPLIT_MASK=10", {0, 0, 0, 0, 0, 0, 0, 0}}));

class BadSplit : public testing::TestWithParam<const char*> {};

TEST_P(BadSplit, IsRefusedByTheNameOfItsVariable) {
  const std::string setting = GetParam();
  const auto equals = setting.find('=');
  EXPECT_THAT([&] { (void)parse_split(setting); },
              ThrowsMessage<UsageError>(AllOf(
                  HasSubstr(setting.substr(0, equals) + " is '" + setting.substr(equals + 1) + "'"),
                  HasSubstr("it must "))));
}

INSTANTIATE_TEST_SUITE_P(
    Settings, BadSplit,
    testing::Values("NCCL_TESTS_SPLIT=", "NCCL_TESTS_SPLIT=MOD", "NCCL_TESTS_SPLIT=MOD ",
                    "NCCL_TESTS_SPLIT=2", "NCCL_TESTS_SPLIT=XOR 2", "NCCL_TESTS_SPLIT=MOD 0",
                    "NCCL_TESTS_SPLIT=/0x0", "NCCL_TESTS_SPLIT=MOD -2", "NCCL_TESTS_SPLIT=MOD 2.5",
                    "NCCL_TESTS_SPLIT=MOD 2 3", "NCCL_TESTS_SPLIT=MOD 010",
                    "NCCL_TESTS_SPLIT=MOD f", "NCCL_TESTS_SPLIT=AND 0b2", "NCCL_TESTS_SPLIT=AND 0x",
                    "NCCL_TESTS_SPLIT=MOD 18446744073709551616",
                    "NCCL_TESTS_SPLIT_MASK=", "NCCL_TESTS_SPLIT_MASK=0x", "NCCL_TESTS_SPLIT_MASK=g",
                    "NCCL_TESTS_SPLIT_MASK=AND 1", "NCCL_TESTS_SPLIT_MASK=-1"));

TEST(Groups, KeepTheOrderOfRanksAndMayDifferInSize) {
  const auto groups = groups_of(parse_split("NCCL_TESTS_SPLIT=DIV 3"), 4);
  ASSERT_EQ(groups.size(), 2U);
  EXPECT_THAT(groups[0].members, ElementsAre(0, 1, 2));
  EXPECT_THAT(groups[1].members, ElementsAre(3));
  EXPECT_EQ(fewest_ranks(groups), 1);
  EXPECT_EQ(fewest_ranks(groups_of(std::nullopt, 5)), 5);
}

TEST(Groups, HaveNoNumbersBeyondAnInteger) {
  EXPECT_THAT([] { (void)groups_of(parse_split("NCCL_TESTS_SPLIT=OR 0xffffffff"), 2); },
              ThrowsMessage<UsageError>(HasSubstr("puts rank 0 in group 4294967295")));
}

TEST(SplitSetting, IsTheMaskWhereBothAreSet) {
  ::unsetenv("NCCL_TESTS_SPLIT_MASK");
  ::unsetenv("NCCL_TESTS_SPLIT");
  EXPECT_EQ(read_split_setting(), "");
  ::setenv("NCCL_TESTS_SPLIT", "MOD 2", 1);
  EXPECT_EQ(read_split_setting(), "NCCL_TESTS_SPLIT=MOD 2");
  ::setenv("NCCL_TESTS_SPLIT_MASK", "", 1);
  EXPECT_EQ(read_split_setting(), "NCCL_TESTS_SPLIT_MASK=");
  ::unsetenv("NCCL_TESTS_SPLIT_MASK");
  ::unsetenv("NCCL_TESTS_SPLIT");
}

}  // namespace
}  // namespace assay::cli
