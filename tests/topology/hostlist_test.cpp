#include "topology/hostlist.hpp"

#include <gmock/gmock.h>

#include "core/error.hpp"

namespace assay::topology {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

TEST(ExpandHostlist, TakesPlainNames) {
  EXPECT_THAT(expand_hostlist("a,b-1,c.example.org"), ElementsAre("a", "b-1", "c.example.org"));
}

TEST(ExpandHostlist, KeepsLeadingZeros) {
  EXPECT_THAT(expand_hostlist("n[08-11]"), ElementsAre("n08", "n09", "n10", "n11"));
  EXPECT_THAT(expand_hostlist("n[8-10]"), ElementsAre("n8", "n9", "n10"));
}

TEST(ExpandHostlist, MixesNumbersAndSpans) {
  EXPECT_THAT(expand_hostlist("n[01-02,7],login"), ElementsAre("n01", "n02", "n7", "login"));
}

TEST(ExpandHostlist, TakesSeveralBracketsAndEndings) {
  EXPECT_THAT(expand_hostlist("r[1-2]n[0-1]-ib"),
              ElementsAre("r1n0-ib", "r1n1-ib", "r2n0-ib", "r2n1-ib"));
}

struct Bad {
  const char* text;
  const char* why;
};
class BadHostlist : public testing::TestWithParam<Bad> {};

TEST_P(BadHostlist, IsRefusedWithTheReason) {
  try {
    (void)expand_hostlist(GetParam().text);
    FAIL() << GetParam().text;
  } catch (const UsageError& error) {
    EXPECT_THAT(error.what(), HasSubstr(GetParam().why));
  }
}

INSTANTIATE_TEST_SUITE_P(Texts, BadHostlist,
                         testing::Values(Bad{"", "empty"}, Bad{"a,,b", "empty"}, Bad{"a,", "empty"},
                                         Bad{"n[1-2", "not closed"}, Bad{"n1]", "not opened"},
                                         Bad{"n[[1]]", "within"}, Bad{"n[]", "no number"},
                                         Bad{"n[a-b]", "no number"}, Bad{"n[1-]", "no number"},
                                         Bad{"n[-1]", "no number"}, Bad{"n[4-2]", "backwards"},
                                         Bad{"n[0-99999999]", "too many"},
                                         Bad{"n[0-999]m[0-999]o[0-9]", "too many"},
                                         Bad{"n[99999999999999999999]", "no number"},
                                         Bad{"a b", "letters"}, Bad{"Nodes=a", "letters"}));

}  // namespace
}  // namespace assay::topology
