#include <gmock/gmock.h>

#include "generated_fabric.hpp"

namespace assay::results {
namespace {

using generated::Fault;
using generated::FaultKind;
using generated::Network;
using testing::IsEmpty;
using testing::SizeIs;

constexpr int all = SlowPart::all_rails;
constexpr int nobody = SlowPart::nobody;
constexpr double deficit = 0.15;

generated::Shape shape(int nodes, int leaf_size = 0, int rails = 1) {
  generated::Shape shape;
  shape.nodes = nodes;
  shape.leaf_size = leaf_size;
  shape.rails = rails;
  shape.noise = 0.005;
  return shape;
}

Location settled(const generated::Shape& shape, const std::vector<Fault>& faults,
                 std::uint64_t seed = 1) {
  Network network{shape, faults, seed};
  return generated::settle(network).location;
}

/// A fault, and what the part must be called.
struct Case {
  const char* name;
  generated::Shape shape;
  std::vector<Fault> faults;
  LinkPart part;
  int subject;
  int peer;
  int rail;
  Direction direction;
};
void PrintTo(const Case& found, std::ostream* stream) { *stream << found.name; }

class OnePart : public testing::TestWithParam<Case> {};

TEST_P(OnePart, IsNamedAlone) {
  const Case& wanted = GetParam();
  const Location location = settled(wanted.shape, wanted.faults);
  ASSERT_THAT(location.parts, SizeIs(1));
  const SlowPart& part = location.parts.front();
  EXPECT_EQ(part.state, SlowPart::State::convicted);
  EXPECT_EQ(part.part, wanted.part);
  EXPECT_EQ(part.subject, wanted.subject);
  EXPECT_EQ(part.peer, wanted.peer);
  EXPECT_EQ(part.rail, wanted.rail);
  EXPECT_EQ(part.direction, wanted.direction);
  EXPECT_NEAR(part.deficit, deficit, 0.01);
  EXPECT_GT(part.confidence, 0.999);
  EXPECT_THAT(part.evidence, testing::Not(IsEmpty()));
}

constexpr auto send = Direction::send;
constexpr auto receive = Direction::receive;
constexpr auto both = Direction::both;

INSTANTIATE_TEST_SUITE_P(Nodes, OnePart,
                         testing::Values(Case{"SendOfThree",
                                              shape(3),
                                              {{FaultKind::node, 1, nobody, all, send, deficit}},
                                              LinkPart::node,
                                              1,
                                              nobody,
                                              all,
                                              send},
                                         Case{"BothOfThree",
                                              shape(3),
                                              {{FaultKind::node, 1, nobody, all, both, deficit}},
                                              LinkPart::node,
                                              1,
                                              nobody,
                                              all,
                                              both},
                                         Case{"ReceiveOfEight",
                                              shape(8),
                                              {{FaultKind::node, 7, nobody, all, receive, deficit}},
                                              LinkPart::node,
                                              7,
                                              nobody,
                                              all,
                                              receive},
                                         Case{"InALeafOfTwo",
                                              shape(8, 2),
                                              {{FaultKind::node, 4, nobody, all, both, deficit}},
                                              LinkPart::node,
                                              4,
                                              nobody,
                                              all,
                                              both},
                                         Case{"AloneInItsLeaf",
                                              shape(9, 4),
                                              {{FaultKind::node, 8, nobody, all, both, deficit}},
                                              LinkPart::node,
                                              8,
                                              nobody,
                                              all,
                                              both},
                                         Case{"AllRails",
                                              shape(8, 4, 2),
                                              {{FaultKind::node, 3, nobody, all, send, deficit}},
                                              LinkPart::node,
                                              3,
                                              nobody,
                                              all,
                                              send}),
                         [](const auto& test) { return test.param.name; });

INSTANTIATE_TEST_SUITE_P(Rails, OnePart,
                         testing::Values(Case{"Send",
                                              shape(8, 4, 2),
                                              {{FaultKind::nic, 3, nobody, 1, send, deficit}},
                                              LinkPart::nic,
                                              3,
                                              nobody,
                                              1,
                                              send},
                                         Case{"Both",
                                              shape(8, 0, 4),
                                              {{FaultKind::nic, 0, nobody, 2, both, deficit}},
                                              LinkPart::nic,
                                              0,
                                              nobody,
                                              2,
                                              both},
                                         Case{"BothOfTwoRails",
                                              shape(8, 0, 2),
                                              {{FaultKind::nic, 5, nobody, 0, receive, deficit},
                                               {FaultKind::nic, 5, nobody, 1, receive, deficit}},
                                              LinkPart::node,
                                              5,
                                              nobody,
                                              all,
                                              receive}),
                         [](const auto& test) { return test.param.name; });

INSTANTIATE_TEST_SUITE_P(Paths, OnePart,
                         testing::Values(Case{"OfTwoNodes",
                                              shape(2),
                                              {{FaultKind::path, 1, 0, all, send, deficit}},
                                              LinkPart::path,
                                              1,
                                              0,
                                              all,
                                              send},
                                         Case{"OfThree",
                                              shape(3),
                                              {{FaultKind::path, 2, 1, all, send, deficit}},
                                              LinkPart::path,
                                              2,
                                              1,
                                              all,
                                              send},
                                         Case{"BothOfEight",
                                              shape(8),
                                              {{FaultKind::path, 2, 6, all, both, deficit}},
                                              LinkPart::path,
                                              2,
                                              6,
                                              all,
                                              both},
                                         Case{"WithinALeafOfTwo",
                                              shape(8, 2),
                                              {{FaultKind::path, 2, 3, all, send, deficit}},
                                              LinkPart::path,
                                              2,
                                              3,
                                              all,
                                              send},
                                         Case{"AcrossLeaves",
                                              shape(8, 2),
                                              {{FaultKind::path, 1, 6, all, send, deficit}},
                                              LinkPart::path,
                                              1,
                                              6,
                                              all,
                                              send},
                                         Case{"OnOneRail",
                                              shape(8, 4, 2),
                                              {{FaultKind::path, 1, 6, 1, send, deficit}},
                                              LinkPart::path,
                                              1,
                                              6,
                                              1,
                                              send},
                                         Case{"OnAllRails",
                                              shape(8, 4, 2),
                                              {{FaultKind::path, 1, 6, all, both, deficit}},
                                              LinkPart::path,
                                              1,
                                              6,
                                              all,
                                              both}),
                         [](const auto& test) { return test.param.name; });

INSTANTIATE_TEST_SUITE_P(Uplinks, OnePart,
                         testing::Values(Case{"SendOfTwoNodes",
                                              shape(8, 2),
                                              {{FaultKind::uplink, 1, nobody, all, send, deficit}},
                                              LinkPart::uplink,
                                              1,
                                              nobody,
                                              all,
                                              send},
                                         Case{"ReceiveOfFour",
                                              shape(12, 4),
                                              {{FaultKind::uplink, 2, nobody, all, receive,
                                                deficit}},
                                              LinkPart::uplink,
                                              2,
                                              nobody,
                                              all,
                                              receive},
                                         Case{"Both",
                                              shape(8, 2),
                                              {{FaultKind::uplink, 3, nobody, all, both, deficit}},
                                              LinkPart::uplink,
                                              3,
                                              nobody,
                                              all,
                                              both},
                                         Case{"OneRail",
                                              shape(12, 4, 2),
                                              {{FaultKind::uplink, 0, nobody, 1, both, deficit}},
                                              LinkPart::uplink,
                                              0,
                                              nobody,
                                              1,
                                              both},
                                         Case{"OfTwoLeavesCannotBeTold",
                                              shape(8, 4),
                                              {{FaultKind::uplink, 1, nobody, all, send, deficit}},
                                              LinkPart::uplink,
                                              1,
                                              0,
                                              all,
                                              send},
                                         Case{"BetweenTwoOfFourLeaves",
                                              shape(8, 2),
                                              {{FaultKind::leaf_pair, 0, 2, all, send, deficit}},
                                              LinkPart::uplink,
                                              0,
                                              2,
                                              all,
                                              send},
                                         Case{"BetweenTwoOfFourLeavesBothWays",
                                              shape(8, 2),
                                              {{FaultKind::leaf_pair, 0, 2, all, both, deficit}},
                                              LinkPart::uplink,
                                              0,
                                              2,
                                              all,
                                              both},
                                         Case{"OneCableOfSmallLeaves",
                                              shape(16, 2),
                                              {{FaultKind::cable, 5, 2, all, send, deficit}},
                                              LinkPart::uplink,
                                              5,
                                              nobody,
                                              all,
                                              send},
                                         Case{"OneCableOfLargeLeaves",
                                              shape(64, 16, 2),
                                              {{FaultKind::cable, 3, 1, 1, send, deficit}},
                                              LinkPart::uplink,
                                              3,
                                              nobody,
                                              1,
                                              send}),
                         [](const auto& test) { return test.param.name; });

INSTANTIATE_TEST_SUITE_P(
    Switches, OnePart,
    testing::Values(Case{"OfTwoNodes",
                         shape(8, 2),
                         {{FaultKind::fabric_switch, 1, nobody, all, both, deficit}},
                         LinkPart::fabric_switch,
                         1,
                         nobody,
                         all,
                         both},
                    Case{"OneRail",
                         shape(12, 4, 2),
                         {{FaultKind::fabric_switch, 2, nobody, 0, both, deficit}},
                         LinkPart::fabric_switch,
                         2,
                         nobody,
                         0,
                         both},
                    Case{"OfTwoLeavesByItsInside",
                         shape(8, 4),
                         {{FaultKind::fabric_switch, 0, nobody, all, both, deficit}},
                         LinkPart::fabric_switch,
                         0,
                         nobody,
                         all,
                         both}),
    [](const auto& test) { return test.param.name; });

}  // namespace
}  // namespace assay::results
