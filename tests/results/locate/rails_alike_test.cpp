#include <gmock/gmock.h>

#include <cmath>
#include <functional>

#include "quiet_network.hpp"

namespace assay::results {
namespace {

using namespace generated;
using testing::SizeIs;

/// Locating in a network of eight rails where one round of repeats finds these links of rail 3
/// faster than they are, by so much.
Location with_one_fast_round(const Fault& fault, const std::function<bool(const LinkId&)>& fast,
                             double by) {
  generated::Shape rails = shape(16, 0, 8);
  rails.noise = 0.02;
  Network network{rails, {fault}, 4};
  LinkMeasurements measured = network.measure();
  Location location = locate(measured);
  while (!location.measure_again.empty()) {
    auto repeats = network.measure_again(location.measure_again);
    if (measured.repeats.empty())
      for (Repeat& repeat : repeats)
        if (repeat.link.rail == 3 && fast(repeat.link))
          repeat.rate = static_cast<float>(network.truth(repeat.link) * std::exp(by));
    measured.repeats.push_back(repeats);
    location = locate(measured);
  }
  return location;
}

TEST(RailsAlike, APathOnAllRailsIsNamedThoughOneOfThemWasFastOnce) {
  const Location location = with_one_fast_round(
      {FaultKind::path, 2, 5, all, send, 0.07},
      [](const LinkId& link) { return link.from == 2 && link.to == 5; }, 0.062);
  ASSERT_THAT(location.parts, SizeIs(1));
  EXPECT_EQ(location.parts.front().part, LinkPart::path);
  EXPECT_EQ(location.parts.front().rail, all);
}

TEST(RailsAlike, ANodeIsNamedThoughOneOfItsRailsWasFastOnce) {
  const Location location = with_one_fast_round(
      {FaultKind::node, 2, nobody, all, send, 0.07},
      [](const LinkId& link) { return link.from == 2; }, 0.042);
  ASSERT_THAT(location.parts, SizeIs(1));
  EXPECT_EQ(location.parts.front().part, LinkPart::node);
  EXPECT_EQ(location.parts.front().rail, all);
}

TEST(RailsAlike, ASoundRailAmongSlowOnesIsNotNamed) {
  const Location location = with_one_fast_round(
      {FaultKind::path, 2, 5, all, send, 0.3}, [](const LinkId& link) { return link.from == 2; },
      -std::log1p(-0.3));
  ASSERT_THAT(location.parts, SizeIs(7));
  for (const SlowPart& part : location.parts) {
    EXPECT_EQ(part.part, LinkPart::path);
    EXPECT_NE(part.rail, 3);
  }
}

}  // namespace
}  // namespace assay::results
