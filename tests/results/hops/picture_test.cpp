#include "results/hops/picture.hpp"

#include <gmock/gmock.h>

#include <sstream>

#include "results/text.hpp"

namespace assay::results {
namespace {

using testing::HasSubstr;
using testing::Not;

/// A ring of four whose times are round.
HopTrace small_trace() {
  HopTrace trace;
  trace.total_s = {1, 1, 1};
  for (int rank = 0; rank < 4; ++rank) {
    const bool is_slow = rank == 2;
    trace.hops.push_back({.from = rank,
                          .to = (rank + 1) % 4,
                          .messages = 8,
                          .bytes = 1 << 20,
                          .arrival_s = {0.1, 0.9},
                          .send_blocked_s = is_slow ? 0.5 : 0.0,
                          .starved_s = is_slow ? 0.9 : (rank == 1 ? 0.4 : 0.8),
                          .on_link_s = std::vector<double>(3, is_slow ? 0.9 : 0.4)});
    trace.ranks.push_back({rank, {0.1, 0.1, 0.1}});
  }
  return trace;
}

TEST(HopPicture, LooksLikeThis) {
  const HopTrace trace = small_trace();
  EXPECT_EQ(hop_picture(trace, find_culprits(trace), {}, 80),
            R"(4 edges, 1.00 s in the median of 3 repetitions. A bar is the receiver's time:
  # busy, x blocked on sending, = data on their way to it, - nothing sent to it
  yet
  edge    blocked  starved  on link
  0 -> 1      0 %     80 %     40 %  |###===========-----------   |
  1 -> 2      0 %     40 %     40 %  |###xxxxxxxxxxxxxx===========|
  2 -> 3     50 %     90 %     90 %  |###=========================|  <-- culprit
  3 -> 0      0 %     80 %     40 %  |###===========-----------   |
culprit: edge 2 -> 3, 56 % slower than its peers, costs 50 % of the time
         (confidence 1.000)
  what rank 3 starved for was on its way from rank 2 for 90 % of the time; on
  other edges for 40 %
  rank 2 was blocked on sending for 50 %, rank 3 starved for 90 %
)");
}

TEST(HopPicture, IsNeverWiderThanAsked) {
  HopTrace trace = small_trace();
  const std::vector<std::string> names{"a-host-with-a-long-name-0", "b", "c", "d"};
  for (const int width : {40, 60, 100}) {
    std::istringstream lines{hop_picture(trace, find_culprits(trace), names, width)};
    for (std::string line; std::getline(lines, line);) EXPECT_LE(columns(line), width) << line;
  }
}

TEST(HopPicture, CallsRanksByTheirNames) {
  const HopTrace trace = small_trace();
  const auto text = hop_picture(trace, find_culprits(trace), {"n1", "n2", "n3", "n\033[2J"});
  EXPECT_THAT(text, HasSubstr("n1 -> n2"));
  EXPECT_THAT(text, Not(HasSubstr("\033")));
}

TEST(HopPicture, MarksASlowRankWhereItReceives) {
  HopTrace trace = small_trace();
  const HopFindings findings{{Culprit{Culprit::Kind::rank, 1, 1, 0.5, 0.5, 1, {}}}, ""};
  std::istringstream lines{hop_picture(trace, findings, {}, 100)};
  int marked = 0;
  for (std::string line; std::getline(lines, line);)
    if (line.find("<-- culprit") != std::string::npos) {
      ++marked;
      EXPECT_THAT(line, HasSubstr("0 -> 1"));
    }
  EXPECT_EQ(marked, 1);
}

TEST(HopPicture, LeavesOutTheEdgesThatMatterLeast) {
  HopTrace trace = small_trace();
  trace.hops.clear();
  for (int rank = 0; rank < 40; ++rank)
    trace.hops.push_back({.from = rank,
                          .to = (rank + 1) % 40,
                          .messages = 1,
                          .bytes = 8,
                          .starved_s = 0.5,
                          .on_link_s = std::vector<double>(3, 0.01 * rank)});
  const auto text = hop_picture(trace, {}, {});
  EXPECT_THAT(text, HasSubstr("and 8 edges with less time on the link"));
  EXPECT_THAT(text, HasSubstr("39 -> 0"));
  EXPECT_THAT(text, Not(HasSubstr("7 -> 8 ")));
}

TEST(HopPicture, SaysWhereNothingWasTraced) {
  EXPECT_EQ(hop_picture({}, {}, {}), "no repetitions were traced\n");
}

}  // namespace
}  // namespace assay::results
