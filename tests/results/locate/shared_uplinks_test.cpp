#include "results/locate/shared_uplinks.hpp"

#include <gmock/gmock.h>

#include "generated_fabric.hpp"

namespace assay::results {
namespace {

using generated::Fault;
using generated::FaultKind;
using testing::SizeIs;

std::vector<SlowPart> settled(const std::vector<Fault>& faults) {
  generated::Shape shape;
  shape.leaf_size = 2;
  shape.noise = 0.005;
  generated::Network network{shape, faults, 1};
  return generated::settle(network).location.parts;
}

Fault slow_uplink() {
  Fault fault;
  fault.kind = FaultKind::uplink;
  fault.subject = 1;
  fault.deficit = 0.3;
  return fault;
}

Fault slow_path(double deficit) {
  Fault fault;
  fault.kind = FaultKind::path;
  fault.subject = 2;
  fault.peer = 7;
  fault.deficit = deficit;
  return fault;
}

TEST(SharedUplinks, ExplainPathsThatAreALittleSlower) {
  const auto parts = settled({slow_uplink(), slow_path(0.37)});
  ASSERT_THAT(parts, SizeIs(1));
  EXPECT_EQ(parts[0].part, LinkPart::uplink);
  EXPECT_EQ(parts[0].state, SlowPart::State::convicted);
}

TEST(SharedUplinks, DoNotExplainPathsThatAreMuchSlower) {
  const auto parts = settled({slow_uplink(), slow_path(0.7)});
  ASSERT_THAT(parts, SizeIs(2));
  EXPECT_EQ(parts[0].part, LinkPart::path);
  EXPECT_EQ(parts[0].subject, 2);
  EXPECT_EQ(parts[0].peer, 7);
  EXPECT_EQ(parts[1].part, LinkPart::uplink);
}

TEST(SharedUplinks, ExplainNothingThatDoesNotPassThem) {
  Fault other = slow_path(0.15);
  other.subject = 4;
  EXPECT_THAT(settled({slow_uplink(), other}), SizeIs(2));
}

}  // namespace
}  // namespace assay::results
