#include "core/handle.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace assay {
namespace {

std::vector<int>& destroyed() {
  static std::vector<int> numbers;
  return numbers;
}

struct Traits {
  using Native = int;
  static int null() noexcept { return -1; }
  static void destroy(int native) { destroyed().push_back(native); }
};
using Number = Handle<Traits>;

TEST(Handle, DestroysWhatItOwnsOnce) {
  destroyed().clear();
  {
    Number first{1};
    Number moved{std::move(first)};
    EXPECT_FALSE(first);
    EXPECT_EQ(moved.get(), 1);
  }
  EXPECT_EQ(destroyed(), std::vector<int>{1});
}

TEST(Handle, MoveAssignmentDestroysWhatWasThere) {
  destroyed().clear();
  Number number{1};
  number = Number{2};
  EXPECT_EQ(destroyed(), std::vector<int>{1});
  EXPECT_EQ(number.get(), 2);
}

TEST(Handle, OwnsNothingAfterRelease) {
  destroyed().clear();
  {
    Number number{3};
    EXPECT_EQ(number.release(), 3);
  }
  EXPECT_TRUE(destroyed().empty());
}

}  // namespace
}  // namespace assay
