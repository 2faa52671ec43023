#include "benchmarks/traced_hops.hpp"

#include <algorithm>
#include <map>
#include <numeric>
#include <utility>
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

/// A message as all ranks hear of it, after the last rank began.
struct TimelineEntry {
  Link link;
  results::HopMessage message;
};

/// A record has no more messages than that: some hundred kilobytes.
constexpr std::uint64_t most_messages = 2048;

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

Seconds time_blocked(const LinkTrace<Departure>& out) {
  return std::accumulate(
      out.events.begin(), out.events.end(), Seconds{0},
      [](Seconds sum, const Departure& departure) { return sum + departure.blocked; });
}

/// Messages of one repetition; empty where there were too many.
using Timelines = std::map<Link, std::vector<results::HopMessage>>;

/// Puts the repetitions together, one after the other.
class Gathering {
 public:
  Gathering(collectives::Bootstrap& bootstrap, const ClockAlignment& alignment)
      : bootstrap_{bootstrap}, alignment_{alignment} {
    for (int rank = 0; rank < bootstrap.size(); ++rank) trace_.ranks.push_back({rank, {}});
  }

  void add(const ExecutionTrace& mine) {
    const auto ranks = collectives::gather_values(
        bootstrap_, RankPart{alignment_.to_reference(mine.began),
                             alignment_.to_reference(mine.ended), mine.worked + mine.away});
    const Seconds begin = std::ranges::max(ranks, {}, &RankPart::began).began;
    const Seconds end = std::ranges::max(ranks, {}, &RankPart::ended).ended;
    trace_.total_s.push_back((end - begin).value);
    for (std::size_t rank = 0; rank < ranks.size(); ++rank)
      trace_.ranks[rank].busy_s.push_back(ranks[rank].busy.value);

    std::vector<SenderPart> sent;
    for (const auto& out : mine.outgoing) sent.push_back({out.link, time_blocked(out)});
    for (const auto& list : collectives::gather_lists(bootstrap_, sent))
      for (const SenderPart& part : list) hops_[part.link].blocked.push_back(part.blocked.value);
    const Departures departures = gather_departures(bootstrap_, alignment_, mine);
    std::uint64_t messages = 0;
    for (const auto& list : collectives::gather_lists(bootstrap_, received(mine, departures)))
      for (const ReceiverPart& part : list) {
        add(part, begin);
        messages += part.messages;
      }
    timelines_.emplace_back();
    if (messages > most_messages) return;
    for (const auto& list :
         collectives::gather_lists(bootstrap_, timeline_of(mine, departures, begin)))
      for (const TimelineEntry& entry : list)
        timelines_.back()[entry.link].push_back(entry.message);
  }

  HopTrace finish() {
    const auto uncertainties = collectives::gather_values(bootstrap_, alignment_.uncertainty());
    const Seconds uncertainty = std::ranges::max(uncertainties);
    if (uncertainty > Seconds{0}) trace_.clock_uncertainty_s = uncertainty.value;
    Timelines timeline;
    if (!timelines_.empty()) timeline = std::move(timelines_[middle()]);
    for (auto& [link, repetitions] : hops_) {
      Hop& hop = repetitions.hop;
      hop.from = link.from;
      hop.to = link.to;
      hop.lane = link.lane;
      hop.send_blocked_s = results::median(repetitions.blocked);
      hop.starved_s = results::median(repetitions.starved);
      hop.arrival_s = {results::median(repetitions.first), results::median(repetitions.last)};
      if (const auto found = timeline.find(link); found != timeline.end())
        hop.timeline = std::move(found->second);
      trace_.hops.push_back(std::move(hop));
    }
    return std::move(trace_);
  }

 private:
  /// What one hop was like in all repetitions.
  struct Repetitions {
    std::vector<double> blocked;
    std::vector<double> first;  ///< arrival
    std::vector<double> last;
    std::vector<double> starved;
    Hop hop;
  };

  [[nodiscard]] std::vector<ReceiverPart> received(const ExecutionTrace& mine,
                                                   const Departures& departures) const {
    std::vector<ReceiverPart> parts;
    for (const auto& in : mine.incoming) parts.push_back(receiver_part(in, alignment_));
    add_time_on_link(mine, departures, alignment_, parts);
    return parts;
  }

  [[nodiscard]] std::vector<TimelineEntry> timeline_of(const ExecutionTrace& mine,
                                                       const Departures& departures,
                                                       Seconds begin) const {
    std::vector<TimelineEntry> entries;
    for (const auto& in : mine.incoming) {
      const auto& handed_over = departures.at(in.link);
      for (std::size_t k = 0; k < in.events.size(); ++k)
        entries.push_back({in.link,
                           {(handed_over[k] - begin).value,
                            (alignment_.to_reference(in.events[k].wanted) - begin).value,
                            (alignment_.to_reference(in.events[k].arrived) - begin).value}});
    }
    return entries;
  }

  /// The repetition that took the median of all times: the lower one of two.
  [[nodiscard]] std::size_t middle() const {
    std::vector<std::size_t> order(trace_.total_s.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::ranges::sort(order, {}, [this](std::size_t i) { return trace_.total_s[i]; });
    return order.at((order.size() - 1) / 2);
  }

  void add(const ReceiverPart& part, Seconds begin) {
    const auto after_begin = [&](Seconds time) { return std::max(0.0, (time - begin).value); };
    Repetitions& of_hop = hops_[part.link];
    of_hop.hop.messages = part.messages;
    of_hop.hop.bytes = part.bytes;
    of_hop.hop.on_link_s.push_back(part.on_link.value);
    of_hop.starved.push_back(part.starved.value);
    of_hop.first.push_back(after_begin(part.first));
    of_hop.last.push_back(after_begin(part.last));
  }

  collectives::Bootstrap& bootstrap_;
  const ClockAlignment& alignment_;
  HopTrace trace_;
  std::map<Link, Repetitions> hops_;
  std::vector<Timelines> timelines_;  ///< by repetition
};

}  // namespace

HopTrace gather_hops(collectives::Bootstrap& bootstrap, const ClockAlignment& alignment,
                     std::span<const ExecutionTrace> repetitions) {
  Gathering gathering{bootstrap, alignment};
  for (const ExecutionTrace& mine : repetitions) {
    if (!mine.is_whole()) throw Error{"assay", 0, "a trace had no room for all messages"};
    gathering.add(mine);
  }
  return gathering.finish();
}

}  // namespace assay::benchmarks
