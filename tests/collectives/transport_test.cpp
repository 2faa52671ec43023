#include "collectives/transport.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cstdint>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <string>
#include <thread>

#include "collectives/transport/faulty.hpp"
#include "collectives/transport/shared_memory.hpp"
#include "collectives/transport/shared_segment.hpp"
#include "collectives/transport/threads.hpp"
#ifdef ASSAY_UCX
#include "collectives/transport/ucx.hpp"
#endif
#include "core/clock.hpp"
#include "core/error.hpp"
#include "tests/collectives/ranks_as_threads.hpp"

namespace assay::collectives {
namespace {

using MakeTransport = std::unique_ptr<Transport> (*)(Bootstrap&);
struct Backend {
  const char* name;
  MakeTransport make;
};

std::vector<Backend> backends() {
  std::vector<Backend> all{{"threads", make_thread_transport},
                           {"shared_memory", make_shared_memory_transport}};
#ifdef ASSAY_UCX
  all.push_back({"ucx_within_a_host",
                 [](Bootstrap& bootstrap) { return make_ucx_transport(bootstrap, {}); }});
  all.push_back({"ucx_between_hosts", [](Bootstrap& bootstrap) {
                   const std::string host = "host" + std::to_string(bootstrap.rank());
                   return make_ucx_transport(bootstrap, {{}, host});
                 }});
#endif
  return all;
}

class Transports : public testing::TestWithParam<Backend> {};
INSTANTIATE_TEST_SUITE_P(Backends, Transports, testing::ValuesIn(backends()),
                         [](const auto& tested) { return tested.param.name; });

std::byte* acquire(Sender& sender, std::size_t bytes) {
  std::byte* room = nullptr;
  while ((room = sender.try_acquire(bytes)) == nullptr) std::this_thread::yield();
  return room;
}

std::span<const std::byte> peek(Receiver& receiver) {
  for (;;) {
    if (const auto message = receiver.try_peek()) return *message;
    std::this_thread::yield();
  }
}

void send(Sender& sender, std::uint64_t value) {
  std::memcpy(acquire(sender, sizeof value), &value, sizeof value);
  sender.commit(sizeof value);
}

/// Before a rank turns to other things than its links.
void drain(Sender& sender) {
  while (!sender.drained()) std::this_thread::yield();
}

std::uint64_t receive(Receiver& receiver) {
  const auto message = peek(receiver);
  std::uint64_t value = 0;
  EXPECT_EQ(message.size(), sizeof value);
  std::memcpy(&value, message.data(), sizeof value);
  receiver.release();
  return value;
}

TEST_P(Transports, DeliverInOrderThroughFewSlots) {
  for (const int slots : {1, 2, 3}) {
    run_ranks(2, [&](Bootstrap& bootstrap) {
      const auto transport = GetParam().make(bootstrap);
      const Link link{0, 1, 0};
      constexpr std::uint64_t messages = 2000;
      if (bootstrap.rank() == 0) {
        auto ends = transport->open({{link}}, {}, {64, slots});
        for (std::uint64_t i = 0; i < messages; ++i) send(*ends.senders[0], i);
        drain(*ends.senders[0]);
        bootstrap.barrier();
      } else {
        auto ends = transport->open({}, {{link}}, {64, slots});
        for (std::uint64_t i = 0; i < messages; ++i) ASSERT_EQ(receive(*ends.receivers[0]), i);
        bootstrap.barrier();
      }
    });
  }
}

TEST_P(Transports, HoldNoMoreThanTheirSlots) {
  run_ranks(2, [&](Bootstrap& bootstrap) {
    const auto transport = GetParam().make(bootstrap);
    const Link link{0, 1, 0};
    if (bootstrap.rank() == 0) {
      auto ends = transport->open({{link}}, {}, {64, 2});
      send(*ends.senders[0], 1);
      send(*ends.senders[0], 2);
      EXPECT_EQ(ends.senders[0]->try_acquire(8), nullptr);
      drain(*ends.senders[0]);
      bootstrap.barrier();
      bootstrap.barrier();
      EXPECT_NE(ends.senders[0]->try_acquire(8), nullptr);
    } else {
      auto ends = transport->open({}, {{link}}, {64, 2});
      bootstrap.barrier();
      EXPECT_EQ(receive(*ends.receivers[0]), 1u);
      bootstrap.barrier();
    }
  });
}

TEST_P(Transports, KeepLanesAndDirectionsApart) {
  run_ranks(2, [&](Bootstrap& bootstrap) {
    const auto transport = GetParam().make(bootstrap);
    const int me = bootstrap.rank();
    const int peer = 1 - me;
    const std::vector<Link> outgoing{{me, peer, 0}, {me, peer, 1}};
    const std::vector<Link> incoming{{peer, me, 1}, {peer, me, 0}};
    auto ends = transport->open(outgoing, incoming, {64, 2});
    send(*ends.senders[0], static_cast<std::uint64_t>(10 * me));
    send(*ends.senders[1], static_cast<std::uint64_t>(10 * me + 1));
    EXPECT_EQ(receive(*ends.receivers[0]), static_cast<std::uint64_t>(10 * peer + 1));
    EXPECT_EQ(receive(*ends.receivers[1]), static_cast<std::uint64_t>(10 * peer));
    for (const auto& sender : ends.senders) drain(*sender);
    bootstrap.barrier();
  });
}

TEST_P(Transports, CarryMessagesOfAnyLengthAgainAndAgain) {
  constexpr std::size_t slot = 50'000;
  constexpr int slots = 3;
  constexpr int messages = 900;  // several times around any ring
  const auto length_of = [](int message) {
    constexpr std::array<std::size_t, 9> lengths{slot, 49'999, slot, 48, 2049, 0, 2048, 49, 7777};
    return lengths[static_cast<std::size_t>(message) % lengths.size()];
  };
  const auto content_of = [](int message) { return static_cast<std::byte>(message % 251); };
  // All slots are full, and free again. Who waits looks after its links: networks need that.
  std::atomic<int> filled = 0;
  std::atomic<int> emptied = 0;
  run_ranks(2, [&](Bootstrap& bootstrap) {
    const auto transport = GetParam().make(bootstrap);
    const Link link{0, 1, 0};
    if (bootstrap.rank() == 0) {
      auto ends = transport->open({{link}}, {}, {slot, slots});
      for (int message = 0; message < messages; ++message) {
        const std::size_t length = length_of(message);
        std::byte* room = acquire(*ends.senders[0], length);
        EXPECT_TRUE(length < 64 || reinterpret_cast<std::uintptr_t>(room) % 64 == 0) << length;
        std::fill_n(room, length, content_of(message));
        ends.senders[0]->commit(length);
        if (message % slots != slots - 1) continue;
        filled = message + 1;
        while (emptied <= message) {
          static_cast<void>(ends.senders[0]->drained());
          std::this_thread::yield();
        }
      }
      bootstrap.barrier();
    } else {
      auto ends = transport->open({}, {{link}}, {slot, slots});
      for (int message = 0; message < messages; ++message) {
        while (filled <= message) {
          static_cast<void>(ends.receivers[0]->try_peek());
          std::this_thread::yield();
        }
        const auto found = peek(*ends.receivers[0]);
        ASSERT_EQ(found.size(), length_of(message)) << message;
        ASSERT_EQ(std::ranges::count(found, content_of(message)),
                  static_cast<std::ptrdiff_t>(found.size()))
            << message;
        ends.receivers[0]->release();
        if (message % slots == slots - 1) emptied = message + 1;
      }
      bootstrap.barrier();
    }
  });
}

TEST_P(Transports, DeliverWhatIsSentBeforeTheOtherEndIsOpen) {
  constexpr int openings = 60;          // chance decides who is first
  constexpr std::size_t slot = 50'000;  // long messages go without the receiver's help
  run_ranks(2, [&](Bootstrap& bootstrap) {
    const auto transport = GetParam().make(bootstrap);
    const Link link{0, 1, 0};
    for (int opening = 0; opening < openings; ++opening) {
      const auto value = static_cast<std::uint64_t>(opening);
      if (bootstrap.rank() == 0) {
        auto ends = transport->open({{link}}, {}, {slot, 1});
        std::memcpy(acquire(*ends.senders[0], slot), &value, sizeof value);
        ends.senders[0]->commit(slot);
        drain(*ends.senders[0]);
        bootstrap.barrier();
      } else {
        auto ends = transport->open({}, {{link}}, {slot, 1});
        std::uint64_t found = 0;
        std::memcpy(&found, peek(*ends.receivers[0]).data(), sizeof found);
        EXPECT_EQ(found, value);
        ends.receivers[0]->release();
        bootstrap.barrier();
      }
    }
  });
}

TEST_P(Transports, CarryEmptyAndFullMessages) {
  constexpr std::size_t slot = 1000;  // not a multiple of a cache line
  run_ranks(2, [&](Bootstrap& bootstrap) {
    const auto transport = GetParam().make(bootstrap);
    const Link link{0, 1, 0};
    if (bootstrap.rank() == 0) {
      auto ends = transport->open({{link}}, {}, {slot, 2});
      acquire(*ends.senders[0], 0);
      ends.senders[0]->commit(0);
      std::memset(acquire(*ends.senders[0], slot), 7, slot);
      ends.senders[0]->commit(slot);
      drain(*ends.senders[0]);
      bootstrap.barrier();
    } else {
      auto ends = transport->open({}, {{link}}, {slot, 2});
      EXPECT_EQ(peek(*ends.receivers[0]).size(), 0u);
      ends.receivers[0]->release();
      const auto full = peek(*ends.receivers[0]);
      ASSERT_EQ(full.size(), slot);
      for (const std::byte byte : full) ASSERT_EQ(byte, std::byte{7});
      ends.receivers[0]->release();
      bootstrap.barrier();
    }
  });
}

TEST_P(Transports, RefuseALinkThatTheOtherEndDidNotOpen) {
  // The receiver opens nothing, so the sender finds no ring; it must say so, not crash.
  EXPECT_THROW(run_ranks(1,
                         [&](Bootstrap& bootstrap) {
                           const auto transport = GetParam().make(bootstrap);
                           static_cast<void>(transport->open({{Link{0, 0, 3}}}, {}, {64, 2}));
                         }),
               Error);
}

TEST(SharedMemory, LeavesNoNameBehind) {
  run_ranks(2, [&](Bootstrap& bootstrap) {
    const auto transport = make_shared_memory_transport(bootstrap);
    const Link link{0, 1, 0};
    const std::vector<Link> links{link};
    const auto ends = bootstrap.rank() == 0 ? transport->open(links, {}, {64, 2})
                                            : transport->open({}, links, {64, 2});
    bootstrap.barrier();
  });
  const std::string ours = "/dev/shm/assay-" + std::to_string(::getpid()) + "-";
  for (int i = 0; i < 100; ++i) EXPECT_NE(::access((ours + std::to_string(i)).c_str(), F_OK), 0);
}

/// Sends 10 numbers from rank 0 with `fault` and returns what arrives within a short time.
std::vector<std::uint64_t> through_fault(const TransportFault& fault) {
  std::vector<std::uint64_t> arrived;
  run_ranks(2, [&](Bootstrap& bootstrap) {
    const Link link{0, 1, 0};
    if (bootstrap.rank() == 0) {
      const auto transport = make_faulty_transport(make_thread_transport(bootstrap), {fault});
      auto ends = transport->open({{link}}, {}, {64, 16});
      for (std::uint64_t i = 0; i < 10; ++i) send(*ends.senders[0], i);
      bootstrap.barrier();
      bootstrap.barrier();
    } else {
      const auto transport = make_thread_transport(bootstrap);
      auto ends = transport->open({}, {{link}}, {64, 16});
      bootstrap.barrier();
      while (const auto message = ends.receivers[0]->try_peek()) {
        std::uint64_t value = 0;
        std::memcpy(&value, message->data(), sizeof value);
        arrived.push_back(value);
        ends.receivers[0]->release();
      }
      bootstrap.barrier();
    }
  });
  return arrived;
}

TEST(FaultyTransport, DropsEveryFifthMessage) {
  TransportFault fault;
  fault.kind = TransportFault::Kind::drop;
  fault.every = 5;
  EXPECT_EQ(through_fault(fault), (std::vector<std::uint64_t>{0, 1, 2, 3, 5, 6, 7, 8}));
}

TEST(FaultyTransport, CorruptsOneBitOfEveryThirdMessage) {
  TransportFault fault;
  fault.kind = TransportFault::Kind::corrupt;
  fault.every = 3;
  const auto arrived = through_fault(fault);
  ASSERT_EQ(arrived.size(), 10u);
  for (std::uint64_t i = 0; i < 10; ++i) {
    const int wrong_bits = __builtin_popcountll(arrived[i] ^ i);
    EXPECT_EQ(wrong_bits, (i + 1) % 3 == 0 ? 1 : 0) << i;
  }
}

TEST(FaultyTransport, DelaysEveryMessage) {
  TransportFault fault;
  fault.kind = TransportFault::Kind::delay;
  fault.delay = 2_ms;
  const Seconds begin = steady_now();
  EXPECT_EQ(through_fault(fault).size(), 10u);
  EXPECT_GE(steady_now() - begin, 20_ms);
}

TEST(SharedSegment, TakesAnotherNameWhereAKilledProcessLeftOne) {
  const std::string first = SharedSegment::create(64).name();
  const std::size_t dash = first.rfind('-') + 1;
  const std::string next =
      first.substr(0, dash) + std::to_string(std::stoi(first.substr(dash)) + 1);
  std::ofstream{"/dev/shm" + next} << "left behind";
  const SharedSegment segment = SharedSegment::create(64);
  EXPECT_NE(segment.name(), next);
  std::filesystem::remove("/dev/shm" + next);
}

}  // namespace
}  // namespace assay::collectives
