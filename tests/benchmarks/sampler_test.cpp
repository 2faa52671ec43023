#include "benchmarks/sampler.hpp"

#include <gtest/gtest.h>

#include <thread>

#include "core/error.hpp"
#include "results/statistics.hpp"
#include "tests/collectives/ranks_as_threads.hpp"

namespace assay::benchmarks {
namespace {

using collectives::Bootstrap;
using collectives::ExecutionStatus;
using collectives::run_ranks;
using collectives::TimedOut;

/// Sleeps, so that time passes however busy the machine is.
class Sleep : public TimedOperation {
 public:
  explicit Sleep(Seconds span) : span_{span} {}
  void prepare(std::uint64_t) override { ++prepared; }
  ExecutionStatus run(Deadline) noexcept override {
    ++run_count;
    sleep_for(span_);
    return std::nullopt;
  }
  std::optional<Mismatch> check(std::uint64_t) override {
    ++checked;
    return std::nullopt;
  }
  int prepared = 0;
  int run_count = 0;
  int checked = 0;

 private:
  Seconds span_;
};

TEST(Sampler, TakesTheNumberOfSamplesAskedForAndChecksEach) {
  run_ranks(2, [](Bootstrap& bootstrap) {
    Heartbeat heartbeat;
    Sampler sampler{bootstrap, {}, heartbeat};
    Sleep operation{100_us};
    SamplerOptions options;
    options.iterations = 25;
    options.warmup = 3;
    const Samples samples = sampler.sample(operation, options);
    EXPECT_EQ(samples.duration_s.size(), 25u);
    EXPECT_EQ(samples.disturbed.size(), 25u);
    EXPECT_EQ(samples.own_s[1].size(), 25u);
    EXPECT_EQ(samples.stop, "iterations");
    EXPECT_EQ(operation.checked, 25);
    EXPECT_EQ(operation.prepared, 28);
    EXPECT_EQ(heartbeat.deadline_ns.load(), 0);
  });
}

TEST(Sampler, ChecksTheFirstSamplesAlone) {
  run_ranks(2, [](Bootstrap& bootstrap) {
    Heartbeat heartbeat;
    Sampler sampler{bootstrap, {}, heartbeat};
    Sleep operation{100_us};
    SamplerOptions options;
    options.iterations = 25;
    options.checks = 4;
    const Samples samples = sampler.sample(operation, options);
    EXPECT_EQ(samples.duration_s.size(), 25u);
    EXPECT_EQ(operation.checked, 4);
    EXPECT_EQ(samples.wrong, (std::vector<std::uint64_t>{0, 0}));
  });
}

TEST(Sampler, ASampleOfManyOperationsIsTheirMean) {
  run_ranks(2, [](Bootstrap& bootstrap) {
    Heartbeat heartbeat;
    Sampler sampler{bootstrap, {}, heartbeat};
    Sleep operation{2_ms};
    SamplerOptions options;
    options.iterations = 5;
    options.warmup = 1;
    options.operations = 10;
    const Samples samples = sampler.sample(operation, options);
    EXPECT_EQ(samples.operations, 10);
    EXPECT_EQ(operation.run_count, 60);
    EXPECT_EQ(operation.prepared, 6);
    EXPECT_EQ(operation.checked, 5);
    for (const auto& times : {samples.duration_s, samples.own_s[0], samples.own_s[1]}) {
      EXPECT_GE(results::median(times), 1.8e-3);
      EXPECT_LT(results::median(times), 10e-3);
    }
  });
}

TEST(Sampler, AllRanksSeeTheSameSamples) {
  std::vector<std::vector<double>> seen(3);
  run_ranks(3, [&](Bootstrap& bootstrap) {
    Heartbeat heartbeat;
    Sampler sampler{bootstrap, {}, heartbeat};
    Sleep operation{50_us};
    SamplerOptions options;
    options.budget = 50_ms;
    seen[static_cast<std::size_t>(bootstrap.rank())] =
        sampler.sample(operation, options).duration_s;
  });
  EXPECT_EQ(seen[0], seen[1]);
  EXPECT_EQ(seen[0], seen[2]);
}

/// The last rank is late and leaves last; the others wait for it, as in a blocking collective. It
/// is late from when all are there, whenever that is on a busy machine.
class LateRank final : public Sleep {
 public:
  LateRank(Bootstrap& bootstrap, bool is_late)
      : Sleep{0_s}, bootstrap_{bootstrap}, is_late_{is_late} {}
  ExecutionStatus run(Deadline) noexcept override {
    bootstrap_.barrier();
    if (is_late_) sleep_for(5_ms);
    bootstrap_.barrier();
    if (is_late_) sleep_for(1_ms);
    return std::nullopt;
  }

 private:
  Bootstrap& bootstrap_;
  bool is_late_;
};

TEST(Sampler, ADurationEndsWithTheLastDeparture) {
  run_ranks(2, [](Bootstrap& bootstrap) {
    Heartbeat heartbeat;
    Sampler sampler{bootstrap, {}, heartbeat};
    LateRank operation{bootstrap, bootstrap.rank() == 1};
    SamplerOptions options;
    options.iterations = 5;
    options.warmup = 0;
    const Samples samples = sampler.sample(operation, options);
    for (const double duration : samples.duration_s) EXPECT_GE(duration, 6e-3);
  });
}

TEST(Sampler, SubtractsTheClockOffsetOfEachRank) {
  run_ranks(2, [](Bootstrap& bootstrap) {
    Heartbeat heartbeat;
    ClockAlignment alignment;  // rank 1 believes that it is an hour behind
    if (bootstrap.rank() == 1) alignment.note({{3600.0}, {}, {}});
    Sampler sampler{bootstrap, alignment, heartbeat};
    Sleep operation{100_us};
    SamplerOptions options;
    options.iterations = 3;
    const Samples samples = sampler.sample(operation, options);
    EXPECT_GT(results::median(samples.skew_s), 3599.0);
  });
}

TEST(Sampler, SaysThatTheBudgetEndedANoisyMeasurement) {
  /// Alternates between 10 us and 2 ms: no median of it is ever narrow.
  class Noisy final : public Sleep {
   public:
    Noisy() : Sleep{0_s} {}
    ExecutionStatus run(Deadline) noexcept override {
      sleep_for(++turn_ % 2 == 0 ? 2_ms : 10_us);
      return std::nullopt;
    }

   private:
    int turn_ = 0;
  };
  run_ranks(1, [](Bootstrap& bootstrap) {
    Heartbeat heartbeat;
    Sampler sampler{bootstrap, {}, heartbeat};
    Noisy operation;
    SamplerOptions options;
    options.budget = 60_ms;
    EXPECT_EQ(sampler.sample(operation, options).stop, "budget");
  });
}

TEST(Sampler, CountsWrongResultsByRankAndNamesTheFirst) {
  class Wrong final : public Sleep {
   public:
    explicit Wrong(bool is_wrong) : Sleep{0_s}, is_wrong_{is_wrong} {}
    std::optional<Mismatch> check(std::uint64_t) override {
      if (!is_wrong_) return std::nullopt;
      return Mismatch{2, 17, "1.5", "-1.5"};
    }

   private:
    bool is_wrong_;
  };
  run_ranks(3, [](Bootstrap& bootstrap) {
    Heartbeat heartbeat;
    Sampler sampler{bootstrap, {}, heartbeat};
    Wrong operation{bootstrap.rank() == 2};
    SamplerOptions options;
    options.iterations = 4;
    const Samples samples = sampler.sample(operation, options);
    EXPECT_EQ(samples.wrong, (std::vector<std::uint64_t>{0, 0, 8}));
    ASSERT_TRUE(samples.first_wrong.has_value());
    EXPECT_EQ(samples.first_wrong->first, 2);
    EXPECT_EQ(samples.first_wrong->second.offset, 17u);
    EXPECT_EQ(samples.first_wrong->second.expected, "1.5");
  });
}

TEST(Sampler, TellsTheHeartbeatWhoDidNotAnswer) {
  class Stuck final : public Sleep {
   public:
    Stuck() : Sleep{0_s} {}
    ExecutionStatus run(Deadline) noexcept override { return TimedOut{3, 1, 7}; }
  };
  run_ranks(1, [](Bootstrap& bootstrap) {
    Heartbeat heartbeat;
    Sampler sampler{bootstrap, {}, heartbeat};
    Stuck operation;
    try {
      static_cast<void>(sampler.sample(operation, {}));
      FAIL();
    } catch (const Error& problem) {
      EXPECT_EQ(problem.exit_code(), ExitCode::deadline);
    }
    EXPECT_EQ(heartbeat.phase.load(), Heartbeat::Phase::timed_out);
    EXPECT_EQ(heartbeat.waiting_for.load(), 3);
    EXPECT_EQ(heartbeat.step.load(), 7);
  });
}

}  // namespace
}  // namespace assay::benchmarks
