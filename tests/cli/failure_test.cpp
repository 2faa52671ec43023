#include "cli/failure.hpp"

#include <gtest/gtest.h>

namespace assay::cli {
namespace {

using results::Check;
using results::Status;
using results::Verdict;

Verdict so_far(Status status) {
  Verdict verdict;
  verdict.verdict = status;
  Check check;
  check.name = "pair/bandwidth";
  check.status = status;
  verdict.checks.push_back(check);
  return verdict;
}

TEST(VerdictOfError, IsNoBetterThanInconclusiveAndNamesTheError) {
  const Verdict verdict = verdict_of_error(so_far(Status::pass), "CUDA: out of memory");
  EXPECT_EQ(verdict.verdict, Status::inconclusive);
  ASSERT_EQ(verdict.checks.size(), 2u);
  EXPECT_EQ(verdict.checks[0].name, "run/error");
  EXPECT_EQ(verdict.checks[0].status, Status::inconclusive);
  EXPECT_EQ(verdict.checks[0].reason, "CUDA: out of memory");
}

TEST(VerdictOfError, KeepsWhatWasFoundBefore) {
  EXPECT_EQ(verdict_of_error(so_far(Status::fail), "x").verdict, Status::fail);
  EXPECT_EQ(verdict_of_error(so_far(Status::inconclusive), "x").verdict, Status::inconclusive);
}

}  // namespace
}  // namespace assay::cli
