#include "results/locate/shared_uplinks.hpp"

#include <gmock/gmock.h>

#include "quiet_network.hpp"

namespace assay::results {
namespace {

using generated::Fault;
using generated::FaultKind;
using testing::SizeIs;

std::vector<SlowPart> parts_of(const std::vector<Fault>& faults) {
  return generated::settled(generated::shape(8, 2), faults).parts;
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
  const auto parts = parts_of({slow_uplink(), slow_path(0.37)});
  ASSERT_THAT(parts, SizeIs(1));
  EXPECT_EQ(parts[0].part, LinkPart::uplink);
  EXPECT_EQ(parts[0].state, SlowPart::State::convicted);
}

TEST(SharedUplinks, DoNotExplainPathsThatAreMuchSlower) {
  const auto parts = parts_of({slow_uplink(), slow_path(0.7)});
  ASSERT_THAT(parts, SizeIs(2));
  EXPECT_EQ(parts[0].part, LinkPart::path);
  EXPECT_EQ(parts[0].subject, 2);
  EXPECT_EQ(parts[0].peer, 7);
  EXPECT_EQ(parts[1].part, LinkPart::uplink);
}

TEST(SharedUplinks, ExplainNothingThatDoesNotPassThem) {
  Fault other = slow_path(0.15);
  other.subject = 4;
  EXPECT_THAT(parts_of({slow_uplink(), other}), SizeIs(2));
}

}  // namespace
}  // namespace assay::results
