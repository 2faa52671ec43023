#include "collectives/execution_trace.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "collectives/algorithm.hpp"
#include "collectives/collective.hpp"
#include "collectives/transport/faulty.hpp"
#include "collectives/transport/threads.hpp"
#include "core/clock.hpp"
#include "tests/collectives/ranks_as_threads.hpp"

namespace assay::collectives {
namespace {

constexpr Seconds patience{60.0};
constexpr std::size_t block = 1024;
constexpr int slots = 2;
constexpr Seconds nap{0.1};

/// Runs a collective of ours on each rank twice, the second time with room in its trace, and hands
/// over what the ranks saw, one after the other. Rank `late` begins `delay` later than its peers.
struct Setting {
  int ranks = 3;
  std::string algorithm = "ring";
  std::size_t count = 3000;
  int late = -1;
  Seconds delay{0};
  std::vector<TransportFault> faults = {};  ///< in what rank 1 sends
};

std::vector<ExecutionTrace> traced(const Setting& setting) {
  std::vector<ExecutionTrace> traces(static_cast<std::size_t>(setting.ranks));
  run_ranks(setting.ranks, [&](Bootstrap& bootstrap) {
    const bool is_faulty = bootstrap.rank() == 1;
    const auto transport =
        make_faulty_transport(make_thread_transport(bootstrap),
                              is_faulty ? setting.faults : std::vector<TransportFault>{});
    ExecutionTrace& trace = traces[static_cast<std::size_t>(bootstrap.rank())];
    ExecutorOptions options;
    options.block_bytes = block;
    options.slots = slots;
    options.wait = WaitPolicy::oversubscribed();
    options.trace = &trace;
    const auto collective =
        make_collective(find_algorithm(Operation::all_reduce, setting.algorithm), {}, bootstrap,
                        *transport, {DataType::int32, ReduceOp::sum}, options);
    std::vector<std::int32_t> data(setting.count, 1);
    for (int run = 0; run < 2; ++run) {
      std::ranges::fill(data, 1);
      trace.make_room();
      bootstrap.barrier();
      if (bootstrap.rank() == setting.late) sleep_for(setting.delay);
      ASSERT_FALSE(
          collective->run(data.data(), data.data(), data.size(), Deadline::after(patience)));
      ASSERT_EQ(data, std::vector<std::int32_t>(setting.count, setting.ranks));
    }
  });
  return traces;
}

Seconds blocked(const LinkTrace<Departure>& link) {
  Seconds sum;
  for (const Departure& departure : link.events) sum = sum + departure.blocked;
  return sum;
}

Seconds starved(const LinkTrace<Arrival>& link) {
  Seconds sum;
  for (const Arrival& arrival : link.events) sum = sum + (arrival.arrived - arrival.wanted);
  return sum;
}

TEST(ExecutionTrace, HasEveryMessageAtBothEndsOfItsLink) {
  for (const char* algorithm : {"ring", "tree"}) {
    const auto traces = traced({.ranks = 4, .algorithm = algorithm});
    std::size_t links = 0;
    for (const ExecutionTrace& sender : traces) {
      EXPECT_TRUE(sender.is_whole());
      for (const auto& out : sender.outgoing) {
        ++links;
        const auto& receiver = traces[static_cast<std::size_t>(out.link.to)];
        const auto in = std::ranges::find(receiver.incoming, out.link, &LinkTrace<Arrival>::link);
        ASSERT_NE(in, receiver.incoming.end());
        EXPECT_GT(out.messages, 0U);
        EXPECT_EQ(in->messages, out.messages);
        EXPECT_EQ(in->bytes, out.bytes);
      }
    }
    EXPECT_GE(links, 4U);
  }
}

TEST(ExecutionTrace, CountsBytesAsTheRingSendsThem) {
  constexpr std::size_t count = 3072;  // three blocks of whole cache lines
  const auto traces = traced({.ranks = 3, .count = count});
  for (const ExecutionTrace& trace : traces) {
    ASSERT_EQ(trace.outgoing.size(), 1U);
    EXPECT_EQ(trace.outgoing[0].bytes, 2U * 2 * count * sizeof(std::int32_t) / 3);  // 2 (p - 1) / p
  }
}

TEST(ExecutionTrace, HasTimesInTheirOrder) {
  for (const ExecutionTrace& trace : traced({.ranks = 3})) {
    EXPECT_LT(trace.began, trace.ended);
    for (const auto& in : trace.incoming) {
      Seconds before = trace.began;
      for (const Arrival& arrival : in.events) {
        EXPECT_LE(before, arrival.wanted);
        EXPECT_LE(arrival.wanted, arrival.arrived);
        EXPECT_LE(arrival.arrived, trace.ended);
        before = arrival.arrived;
      }
    }
    for (const auto& out : trace.outgoing) {
      Seconds before = trace.began;
      for (const Departure& departure : out.events) {
        EXPECT_GE(departure.blocked, Seconds{0});
        EXPECT_LE(before, departure.handed_over);
        EXPECT_LE(departure.handed_over, trace.ended);
        before = departure.handed_over;
      }
    }
  }
}

TEST(ExecutionTrace, CountsWhatItHasNoRoomFor) {
  run_ranks(2, [](Bootstrap& bootstrap) {
    const auto transport = make_thread_transport(bootstrap);
    ExecutionTrace trace;
    ExecutorOptions options;
    options.block_bytes = block;
    options.trace = &trace;
    const auto collective =
        make_collective(find_algorithm(Operation::all_reduce, "ring"), {}, bootstrap, *transport,
                        {DataType::int32, ReduceOp::sum}, options);
    std::vector<std::int32_t> data(1000);
    ASSERT_FALSE(collective->run(data.data(), data.data(), 1000, Deadline::after(patience)));
    EXPECT_FALSE(trace.is_whole());
    EXPECT_TRUE(trace.outgoing.at(0).events.empty());
    EXPECT_EQ(trace.outgoing.at(0).bytes, 1000 * sizeof(std::int32_t));
  });
}

// Two slots: the ring's first messages find room on their link, and no more until rank 1 comes.
TEST(ExecutionTrace, OfALateRankShowsWhoStarves) {
  const Seconds delay{0.1};
  const auto traces = traced({.ranks = 3, .late = 1, .delay = delay});
  EXPECT_GT(starved(traces[2].incoming[0]), delay * 0.8);  // rank 2 hears from rank 1
  EXPECT_LT(starved(traces[1].incoming[0]), delay * 0.5);  // rank 1 finds all there
  EXPECT_GT(traces[2].idle, delay * 0.8);
}

TEST(ExecutionTrace, OfABroadcastToALateReceiverShowsWhoIsBlocked) {
  const Seconds delay{0.1};
  std::vector<ExecutionTrace> traces(2);
  run_ranks(2, [&](Bootstrap& bootstrap) {
    const auto transport = make_thread_transport(bootstrap);
    ExecutionTrace& trace = traces[static_cast<std::size_t>(bootstrap.rank())];
    ExecutorOptions options;
    options.block_bytes = block;
    options.slots = slots;
    options.wait = WaitPolicy::oversubscribed();
    options.trace = &trace;
    const auto transfer = make_transfer(0, 1, bootstrap, *transport, DataType::int32, options);
    std::vector<std::int32_t> data(3000);
    for (int run = 0; run < 2; ++run) {
      trace.make_room();
      bootstrap.barrier();
      if (bootstrap.rank() == 1) sleep_for(delay);
      ASSERT_FALSE(transfer->run(data.data(), data.data(), 3000, Deadline::after(patience)));
    }
  });
  EXPECT_GT(blocked(traces[0].outgoing[0]), delay * 0.8);
  EXPECT_LT(starved(traces[1].incoming[0]), delay * 0.5);
}

TEST(ExecutionTrace, OfAReceiverThatSleepsHalfWayHasItAway) {
  class Sleeper final : public Transport {
   public:
    explicit Sleeper(std::unique_ptr<Transport> sound) : sound_{std::move(sound)} {}
    std::string_view name() const noexcept override { return sound_->name(); }
    LinkEnds open(std::span<const Link> outgoing, std::span<const Link> incoming,
                  LinkShape shape) override {
      LinkEnds ends = sound_->open(outgoing, incoming, shape);
      for (auto& receiver : ends.receivers)
        receiver = std::make_unique<SleepyReceiver>(std::move(receiver));
      return ends;
    }
    std::unique_ptr<RegisteredMemory> allocate_registered(std::size_t) override { return nullptr; }

   private:
    class SleepyReceiver final : public Receiver {
     public:
      explicit SleepyReceiver(std::unique_ptr<Receiver> sound) : sound_{std::move(sound)} {}
      std::optional<std::span<const std::byte>> try_peek() noexcept override {
        return sound_->try_peek();
      }
      void release() noexcept override {
        sleep_for(nap);
        sound_->release();
      }

     private:
      std::unique_ptr<Receiver> sound_;
    };
    std::unique_ptr<Transport> sound_;
  };
  run_ranks(2, [](Bootstrap& bootstrap) {
    auto transport = make_thread_transport(bootstrap);
    const bool sleeps = bootstrap.rank() == 1;
    if (sleeps) transport = std::make_unique<Sleeper>(std::move(transport));
    ExecutionTrace trace;
    ExecutorOptions options;
    options.wait = WaitPolicy::oversubscribed();
    options.trace = &trace;
    const auto transfer = make_transfer(0, 1, bootstrap, *transport, DataType::int32, options);
    std::vector<std::int32_t> data(3000);
    ASSERT_FALSE(transfer->run(data.data(), data.data(), 3000, Deadline::after(patience)));
    if (sleeps) {
      EXPECT_GT(trace.away, nap * 0.7);
      EXPECT_LT(trace.worked, nap * 0.5);
    }
  });
}

// A message leaves when the transport has it: what the sender does before is the sender's own time.
TEST(ExecutionTrace, OfASlowSenderHasItBusyAndItsReceiverStarving) {
  TransportFault fault;
  fault.kind = TransportFault::Kind::delay;
  fault.delay = 20_ms;
  const auto traces = traced({.ranks = 3, .faults = {fault}});
  const auto& slow = traces[1];
  const Seconds spent = fault.delay * static_cast<double>(slow.outgoing[0].messages);
  EXPECT_GT(slow.ended - slow.began - slow.idle, spent * 0.9);
  EXPECT_GT(slow.worked, traces[0].worked * 2.0);
  EXPECT_GT(slow.worked, traces[2].worked * 2.0);
  EXPECT_GT(starved(traces[2].incoming[0]), spent * 0.5);
  Seconds before = slow.began;
  for (const Departure& departure : slow.outgoing[0].events) {
    EXPECT_GE(departure.handed_over - before, fault.delay);
    before = departure.handed_over;
  }
}

}  // namespace
}  // namespace assay::collectives
