#include "benchmarks/clock_alignment.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>

#include "core/error.hpp"
#include "core/wait.hpp"

namespace assay::benchmarks {

using collectives::Link;
using collectives::Receiver;
using collectives::Sender;

namespace {

constexpr int slots = 2;

[[noreturn]] void give_up(int peer) {
  throw Error{"assay", 0, fmt::format("rank {} did not answer while clocks were aligned", peer),
              std::source_location::current(), ExitCode::deadline};
}

void send(Sender& sender, Seconds time, int peer, Deadline deadline) {
  Waiter waiter{WaitPolicy{}};
  std::byte* room = nullptr;
  while ((room = sender.try_acquire(sizeof time)) == nullptr) {
    if (deadline.passed()) give_up(peer);
    waiter.pause();
  }
  std::memcpy(room, &time, sizeof time);
  sender.commit(sizeof time);
}

Seconds receive(Receiver& receiver, int peer, Deadline deadline) {
  Waiter waiter{WaitPolicy{}};
  for (;;) {
    if (const auto message = receiver.try_peek()) {
      Seconds time;
      std::memcpy(&time, message->data(), sizeof time);
      receiver.release();
      return time;
    }
    if (deadline.passed()) give_up(peer);
    waiter.pause();
  }
}

}  // namespace

ClockOffset estimate_offset(std::span<const ClockExchange> exchanges) {
  const auto shortest = std::min_element(exchanges.begin(), exchanges.end(),
                                         [](const ClockExchange& a, const ClockExchange& b) {
                                           return a.received - a.sent < b.received - b.sent;
                                         });
  const Seconds middle = (shortest->sent + shortest->received) / 2.0;
  return {shortest->reference - middle, (shortest->received - shortest->sent) / 2.0, middle};
}

void ClockAlignment::note(const ClockOffset& found) {
  if (!known_) {
    known_ = true;
    first_ = found;
  } else if (found.at > first_.at) {
    drift_ = (found.offset - first_.offset) / (found.at - first_.at);
  }
  offset_ = found.offset;
  at_ = found.at;
  uncertainty_ = found.uncertainty;
}

Seconds ClockAlignment::to_reference(Seconds local) const noexcept {
  return local + offset_ + (local - at_) * drift_;
}

ClockOffset measure_offset(collectives::Bootstrap& bootstrap, collectives::Transport& transport,
                           Deadline deadline, int exchanges) {
  const int rank = bootstrap.rank();
  std::vector<Link> outgoing;
  std::vector<Link> incoming;
  for (int peer = 1; peer < bootstrap.size(); ++peer) {
    if (rank != 0 && rank != peer) continue;
    outgoing.push_back({rank, rank == 0 ? peer : 0, 0});
    incoming.push_back({rank == 0 ? peer : 0, rank, 0});
  }
  auto ends = transport.open(outgoing, incoming, {sizeof(Seconds), slots});
  std::vector<ClockExchange> found;
  if (rank == 0) {
    for (std::size_t peer = 0; peer < ends.senders.size(); ++peer) {
      const int number = static_cast<int>(peer) + 1;
      for (int i = 0; i < exchanges; ++i) {
        static_cast<void>(receive(*ends.receivers[peer], number, deadline));
        send(*ends.senders[peer], steady_now(), number, deadline);
      }
    }
  } else {
    for (int i = 0; i < exchanges; ++i) {
      const Seconds sent = steady_now();
      send(*ends.senders[0], sent, 0, deadline);
      const Seconds reference = receive(*ends.receivers[0], 0, deadline);
      found.push_back({sent, reference, steady_now()});
    }
  }
  bootstrap.barrier();
  return rank == 0 ? ClockOffset{{}, {}, steady_now()} : estimate_offset(found);
}

}  // namespace assay::benchmarks
