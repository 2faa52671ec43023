#include "benchmarks/traced_hops.hpp"

#include <algorithm>
#include <map>
#include <numeric>
#include <vector>

#include "core/error.hpp"
#include "results/statistics.hpp"

namespace assay::benchmarks {

using collectives::Arrival;
using collectives::Departure;
using collectives::ExecutionTrace;
using collectives::Link;
using collectives::LinkTrace;
using results::Hop;
using results::HopTrace;

namespace {

/// One end's part in a hop, in one repetition.
struct SenderPart {
  Link link;
  Seconds blocked;
};
struct ReceiverPart {
  Link link;
  std::uint64_t messages = 0;
  std::uint64_t bytes = 0;
  Seconds first;  ///< arrival
  Seconds last;
  Seconds starved;
  Seconds on_link;
};
/// How a rank fared in one repetition.
struct RankPart {
  Seconds began;
  Seconds ended;
  Seconds busy;
};

/// When each message of each link was handed over, on the reference clock, by link.
using Departures = std::map<Link, std::vector<Seconds>>;

Departures gather_departures(collectives::Bootstrap& bootstrap, const ClockAlignment& alignment,
                             const ExecutionTrace& mine) {
  std::vector<Seconds> times;
  for (const auto& out : mine.outgoing)
    for (const Departure& departure : out.events)
      times.push_back(alignment.to_reference(departure.handed_over));
  struct Length {
    Link link;
    std::size_t messages;
  };
  std::vector<Length> lengths;
  for (const auto& out : mine.outgoing) lengths.push_back({out.link, out.messages});
  const auto all_lengths = collectives::gather_lists(bootstrap, lengths);
  const auto all_times = collectives::gather_lists(bootstrap, times);
  Departures departures;
  for (std::size_t rank = 0; rank < all_times.size(); ++rank) {
    auto next = all_times[rank].begin();
    for (const Length& length : all_lengths[rank]) {
      const auto end = next + static_cast<std::ptrdiff_t>(length.messages);
      departures[length.link].assign(next, end);
      next = end;
    }
  }
  return departures;
}

ReceiverPart receiver_part(const LinkTrace<Arrival>& in, const ClockAlignment& alignment) {
  ReceiverPart part{.link = in.link,
                    .messages = in.messages,
                    .bytes = in.bytes,
                    .first = {},
                    .last = {},
                    .starved = {},
                    .on_link = {}};
  if (in.events.empty()) return part;
  part.first = alignment.to_reference(in.events.front().arrived);
  part.last = alignment.to_reference(in.events.back().arrived);
  for (const Arrival& arrival : in.events)
    part.starved = part.starved + (arrival.arrived - arrival.wanted);
  return part;
}

/// A message of any lane of an edge, on the reference clock.
struct Message {
  Seconds handed_over;
  Seconds wanted;
  Seconds arrived;
  std::size_t part;  ///< whose it is
};

/// Adds to every part the time that its messages took on their link. Lanes from one rank to another
/// share the link: a message is on its way when the one before has arrived.
void add_time_on_link(const ExecutionTrace& mine, const Departures& departures,
                      const ClockAlignment& alignment, std::vector<ReceiverPart>& parts) {
  std::map<int, std::vector<Message>> by_sender;
  for (std::size_t i = 0; i < mine.incoming.size(); ++i) {
    const auto& in = mine.incoming[i];
    const auto& handed_over = departures.at(in.link);
    for (std::size_t k = 0; k < in.events.size(); ++k)
      by_sender[in.link.from].push_back({handed_over[k],
                                         alignment.to_reference(in.events[k].wanted),
                                         alignment.to_reference(in.events[k].arrived), i});
  }
  for (auto& [sender, messages] : by_sender) {
    std::ranges::sort(messages, {}, &Message::arrived);
    Seconds before = messages.front().wanted;
    for (const Message& message : messages) {
      const Seconds begin = std::max({message.handed_over, message.wanted, before});
      if (message.arrived > begin) {
        Seconds& on_link = parts[message.part].on_link;
        on_link = on_link + (message.arrived - begin);
      }
      before = std::max(before, message.arrived);
    }
  }
}

double median_of(std::vector<double> values) { return results::median(values); }

/// All parts of one hop, by repetition.
struct Collected {
  std::vector<double> blocked;
  std::vector<double> first;
  std::vector<double> last;
  std::vector<double> starved;
  Hop hop;
};

}  // namespace

HopTrace gather_hops(collectives::Bootstrap& bootstrap, const ClockAlignment& alignment,
                     std::span<const ExecutionTrace> repetitions) {
  HopTrace trace;
  std::map<Link, Collected> hops;
  trace.ranks.resize(static_cast<std::size_t>(bootstrap.size()));
  for (const ExecutionTrace& mine : repetitions) {
    if (!mine.is_whole()) throw Error{"assay", 0, "a trace had no room for all messages"};
    const Departures departures = gather_departures(bootstrap, alignment, mine);
    std::vector<SenderPart> sent;
    for (const auto& out : mine.outgoing)
      sent.push_back({out.link, std::accumulate(out.events.begin(), out.events.end(), Seconds{0},
                                                [](Seconds sum, const Departure& departure) {
                                                  return sum + departure.blocked;
                                                })});
    std::vector<ReceiverPart> received;
    for (const auto& in : mine.incoming) received.push_back(receiver_part(in, alignment));
    add_time_on_link(mine, departures, alignment, received);
    const auto ranks = collectives::gather_values(
        bootstrap, RankPart{alignment.to_reference(mine.began), alignment.to_reference(mine.ended),
                            mine.worked + mine.away});

    const Seconds begin = std::ranges::max(ranks, {}, &RankPart::began).began;
    const Seconds end = std::ranges::max(ranks, {}, &RankPart::ended).ended;
    trace.total_s.push_back((end - begin).value);
    for (std::size_t rank = 0; rank < ranks.size(); ++rank)
      trace.ranks[rank].busy_s.push_back(ranks[rank].busy.value);
    const auto after_begin = [&](Seconds time) { return std::max(0.0, (time - begin).value); };
    for (const auto& list : collectives::gather_lists(bootstrap, sent))
      for (const SenderPart& part : list) hops[part.link].blocked.push_back(part.blocked.value);
    for (const auto& list : collectives::gather_lists(bootstrap, received))
      for (const ReceiverPart& part : list) {
        Collected& collected = hops[part.link];
        collected.hop.messages = part.messages;
        collected.hop.bytes = part.bytes;
        collected.hop.on_link_s.push_back(part.on_link.value);
        collected.starved.push_back(part.starved.value);
        collected.first.push_back(after_begin(part.first));
        collected.last.push_back(after_begin(part.last));
      }
  }
  for (std::size_t rank = 0; rank < trace.ranks.size(); ++rank)
    trace.ranks[rank].rank = static_cast<int>(rank);
  for (auto& [link, collected] : hops) {
    Hop& hop = collected.hop;
    hop.from = link.from;
    hop.to = link.to;
    hop.lane = link.lane;
    hop.send_blocked_s = median_of(collected.blocked);
    hop.starved_s = median_of(collected.starved);
    hop.arrival_s = {median_of(collected.first), median_of(collected.last)};
    trace.hops.push_back(std::move(hop));
  }
  double uncertainty = 0;
  for (const Seconds of_rank : collectives::gather_values(bootstrap, alignment.uncertainty()))
    uncertainty = std::max(uncertainty, of_rank.value);
  if (uncertainty > 0) trace.clock_uncertainty_s = uncertainty;
  return trace;
}

}  // namespace assay::benchmarks
