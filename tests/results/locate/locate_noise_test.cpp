#include <gtest/gtest.h>

#include "generated_fabric.hpp"

namespace assay::results {
namespace {

using generated::Fault;
using generated::FaultKind;
using generated::Network;

struct Setting {
  const char* name;
  int nodes;
  int leaf_size;
  int rails;
  double noise;
  double outliers;
};
void PrintTo(const Setting& setting, std::ostream* stream) { *stream << setting.name; }

generated::Shape shape_of(const Setting& setting) {
  generated::Shape shape;
  shape.nodes = setting.nodes;
  shape.leaf_size = setting.leaf_size;
  shape.rails = setting.rails;
  shape.noise = setting.noise;
  shape.outliers = setting.outliers;
  shape.drift = 0.05;
  return shape;
}

class UnderNoise : public testing::TestWithParam<Setting> {};

TEST_P(UnderNoise, ASoundNetworkConvictsNothing) {
  for (std::uint64_t seed = 0; seed < 100; ++seed) {
    Network network{shape_of(GetParam()), {}, seed};
    const Location location = generated::settle(network).location;
    for (const SlowPart& part : location.parts)
      EXPECT_NE(part.state, SlowPart::State::convicted) << "seed " << seed;
  }
}

TEST_P(UnderNoise, AFaultIsFoundAndNothingElse) {
  const generated::Shape shape = shape_of(GetParam());
  for (const FaultKind kind : {FaultKind::node, FaultKind::nic, FaultKind::path, FaultKind::uplink,
                               FaultKind::leaf_pair, FaultKind::cable, FaultKind::fabric_switch}) {
    if (!generated::has_kind(shape, kind)) continue;
    int exact = 0;
    constexpr int runs = 20;
    for (std::uint64_t seed = 0; seed < runs; ++seed) {
      std::mt19937_64 random{seed};
      const LinkSpace space = Network{shape, {}, 0}.space();
      const Fault fault = generated::random_fault(space, kind, 0.15, random);
      Network network{shape, {fault}, seed};
      const Location location = generated::settle(network).location;
      for (const SlowPart& part : location.parts) {
        if (part.state != SlowPart::State::convicted) continue;
        EXPECT_TRUE(generated::has_a_reason(part, network)) << "seed " << seed;
        exact += generated::is_exactly(part, fault, space) ? 1 : 0;
      }
    }
    EXPECT_GE(exact, runs - 1) << generated::name_of(kind);
  }
}

/// Hosts with too few processors: what disturbs only slows, by up to a fifth, and often.
TEST(OnBusyHosts, ASoundNetworkConvictsNothing) {
  for (const double outliers : {0.1, 0.2}) {
    const Setting setting{"busy", 8, 2, 1, 0.01, outliers};
    int undecided = 0;
    constexpr int runs = 100;
    for (std::uint64_t seed = 0; seed < runs; ++seed) {
      Network network{shape_of(setting), {}, seed};
      const Location location = generated::settle(network).location;
      for (const SlowPart& part : location.parts)
        EXPECT_NE(part.state, SlowPart::State::convicted) << outliers << ", seed " << seed;
      undecided += location.parts.empty() ? 0 : 1;
    }
    EXPECT_LE(undecided, runs / 10) << outliers;
  }
}

TEST(OnBusyHosts, ASlowPathIsFound) {
  const Setting setting{"busy", 8, 2, 1, 0.01, 0.1};
  int exact = 0;
  constexpr int runs = 20;
  for (std::uint64_t seed = 0; seed < runs; ++seed) {
    const Fault fault{FaultKind::path, 1, 6, 0, Direction::send, 0.3};
    Network network{shape_of(setting), {fault}, seed};
    const Location location = generated::settle(network).location;
    for (const SlowPart& part : location.parts)
      if (part.state == SlowPart::State::convicted)
        exact += generated::is_exactly(part, fault, network.space()) ? 1 : 0;
  }
  EXPECT_GE(exact, runs - 1);
}

INSTANTIATE_TEST_SUITE_P(
    Networks, UnderNoise,
    testing::Values(Setting{"FourFlat", 4, 0, 1, 0.01, 0}, Setting{"EightFlat", 8, 0, 1, 0.02, 0},
                    Setting{"EightFlatDisturbed", 8, 0, 1, 0.003, 0.01},
                    Setting{"EightOnFourLeaves", 8, 2, 1, 0.01, 0},
                    Setting{"EightOnFourLeavesDisturbed", 8, 2, 1, 0.003, 0.01},
                    Setting{"FourRails", 24, 8, 4, 0.02, 0}),
    [](const auto& test) { return test.param.name; });

}  // namespace
}  // namespace assay::results
