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

TEST(VerdictOfFailure, OfALinkThatWasLostNamesTheNodeOnce) {
  Verdict before = so_far(Status::fail);
  results::Suspect counted;
  counted.kind = "node";
  counted.name = "n6";
  before.suspects.push_back(counted);
  supervision::ProcessFailure failure;
  failure.cause = supervision::ProcessFailure::Cause::cut_off;
  failure.rank = 5;
  failure.host = "n6";
  failure.text = "the deadline passed; n6: eth0 lost its link 3 times since the job began";
  failure.evidence = {"n6: eth0 lost its link 3 times since the job began"};
  const Verdict verdict = verdict_of_failure(before, failure);
  EXPECT_EQ(verdict.verdict, Status::fail);
  ASSERT_EQ(verdict.suspects.size(), 1u);
  EXPECT_EQ(verdict.suspects[0].kind, "node");
  EXPECT_EQ(verdict.suspects[0].name, "n6");
  EXPECT_EQ(verdict.suspects[0].direction, "both");
  EXPECT_EQ(verdict.suspects[0].layer, "hardware");
  EXPECT_EQ(verdict.suspects[0].evidence,
            (std::vector<std::string>{failure.text, failure.evidence[0]}));
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
