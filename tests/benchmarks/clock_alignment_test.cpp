#include "benchmarks/clock_alignment.hpp"

#include <gtest/gtest.h>

#include <random>

#include "collectives/transport/threads.hpp"
#include "tests/collectives/ranks_as_threads.hpp"

namespace assay::benchmarks {
namespace {

/// Exchanges over a link with random delays each way, the reference ahead by `offset`.
std::vector<ClockExchange> exchanges(Seconds begin, double offset, double drift) {
  std::mt19937 random{7};
  std::exponential_distribution<double> delay{1.0 / 5e-6};
  std::vector<ClockExchange> made;
  for (int i = 0; i < 100; ++i) {
    const double sent = begin.value + i * 1e-3;
    const double there = sent + 1e-6 + delay(random);
    const double back = there + 1e-6 + delay(random);
    made.push_back({{sent}, {there + offset + drift * there}, {back}});
  }
  return made;
}

TEST(EstimateOffset, IsWithinItsUncertainty) {
  for (const double offset : {0.0, 3.0, -250.0}) {
    const auto found = estimate_offset(exchanges({10.0}, offset, 0));
    EXPECT_NEAR(found.offset.value, offset, found.uncertainty.value);
    EXPECT_LT(found.uncertainty, 5_us);
  }
}

TEST(ClockAlignment, FollowsDrift) {
  constexpr double offset = 5.0;
  constexpr double drift = 20e-6;  // 20 us a second, a poor quartz
  ClockAlignment alignment;
  alignment.note(estimate_offset(exchanges({0.0}, offset, drift)));
  alignment.note(estimate_offset(exchanges({100.0}, offset, drift)));
  const double later = 130.0;
  EXPECT_NEAR(alignment.to_reference({later}).value, later + offset + drift * later, 10e-6);
}

TEST(ClockAlignment, LeavesOneAndTheSameClockAlone) {
  EXPECT_EQ(ClockAlignment{}.to_reference({42.5}), Seconds{42.5});
}

TEST(MeasureOffset, OfOneClockIsNearNothing) {
  collectives::run_ranks(3, [](collectives::Bootstrap& bootstrap) {
    const auto transport = collectives::make_thread_transport(bootstrap);
    const auto found = measure_offset(bootstrap, *transport, Deadline::after(30_s), 50);
    EXPECT_LE(std::abs(found.offset.value), found.uncertainty.value + 1e-9);
  });
}

}  // namespace
}  // namespace assay::benchmarks
