#include "collectives/transport/ucx_opening.hpp"

#include <fmt/format.h>
#include <sched.h>

#include <algorithm>
#include <utility>

#include "collectives/byte_list.hpp"
#include "collectives/transport/ucx_link.hpp"
#include "core/clock.hpp"
#include "core/error.hpp"

namespace assay::collectives {

namespace {

/// For all peers of a rank to answer its greeting: a packet lost while TCP connects is sent again
/// after 1, 3 and 7 seconds.
constexpr Seconds greeting_deadline{20.0};

/// The other end's part of a link.
template <class Ends>
const auto& find_end(const Ends& ends, const Link& link, int rank) {
  const auto found = std::ranges::find(ends, link, [](const auto& end) { return end.link; });
  if (found == ends.end())
    throw Error{"assay", 0,
                fmt::format("rank {} did not open the link from rank {} to rank {} on lane {}",
                            rank, link.from, link.to, link.lane)};
  return *found;
}

}  // namespace

UcxOpening::UcxOpening(Bootstrap& bootstrap, const UcxRails& rails,
                       const std::vector<UcxPeer>& peers, std::span<const Link> outgoing,
                       std::span<const Link> incoming, LinkShape shape)
    : bootstrap_{bootstrap},
      rails_{rails},
      peers_{peers},
      shape_{shape},
      has_own_rooms_{shape.worker != nullptr && moves(rails, shape.worker->memory_kind())},
      region_bytes_(rails.size()),
      bases_(rails.size(), nullptr),
      outgoing_{place(outgoing)},
      incoming_{place(incoming)} {
  if (shape.slot_bytes > ucx_longest_message)
    throw Error{"assay", 0, fmt::format("UCX links take no slots of {} bytes", shape.slot_bytes)};
}

std::vector<UcxOpening::End> UcxOpening::place(std::span<const Link> links) {
  std::vector<End> ends;
  for (const Link& link : links) {
    // Both ends count the lower lanes of the pair, and thus agree on the rail.
    const auto lower = std::ranges::count_if(links, [&](const Link& other) {
      return other.from == link.from && other.to == link.to && other.lane < link.lane;
    });
    const int first = peers_[static_cast<std::size_t>(link.from)].number_on_host;
    const std::size_t rail = static_cast<std::size_t>(first + lower) % rails_.size();
    ends.push_back({link, rail, region_bytes_[rail]});
    region_bytes_[rail] +=
        UcxSlots::bytes(shape_.slot_bytes, static_cast<std::size_t>(shape_.slots));
  }
  return ends;
}

void UcxOpening::publish() {
  ByteWriter mine;
  std::vector<std::uint64_t> bases;
  for (std::size_t rail = 0; rail < rails_.size(); ++rail) {
    std::vector<std::byte> key;
    if (region_bytes_[rail] > 0) {
      const auto& region =
          rails_[rail]->allocate(region_bytes_[rail], has_own_rooms_ ? nullptr : shape_.worker);
      bases_[rail] = region.base;
      key = native::ucx_packed_key(region.memory);
    }
    mine.add_list(key);
    bases.push_back(reinterpret_cast<std::uint64_t>(bases_[rail]));
  }
  mine.add_list(bases);
  const std::size_t rooms_bytes =
      UcxSlots::rooms_bytes(shape_.slot_bytes, static_cast<std::size_t>(shape_.slots));
  for (auto* ends : {&incoming_, &outgoing_}) {
    for (End& end : *ends) {
      if (has_own_rooms_) end.rooms = rails_[end.rail]->allocate_rooms(rooms_bytes, *shape_.worker);
      end.number = rails_[end.rail]->add_end(slots_of(end));
    }
    mine.add_list(*ends);
  }
  for (const auto& told : bootstrap_.all_gather(mine.bytes())) published_.push_back(read(told));
}

UcxOpening::Published UcxOpening::read(std::span<const std::byte> told) const {
  ByteReader reader{told};
  Published published;
  for (std::size_t rail = 0; rail < rails_.size(); ++rail)
    published.keys.push_back(reader.take_list<std::byte>());
  published.bases = reader.take_list<std::uint64_t>();
  published.incoming = reader.take_list<End>();
  published.outgoing = reader.take_list<End>();
  return published;
}

void UcxOpening::connect() {
  for (const End& end : outgoing_) {
    const auto& theirs = published_[static_cast<std::size_t>(end.link.to)];
    static_cast<void>(find_end(theirs.incoming, end.link, end.link.to));
    connect(end.link.to, end.rail);
  }
  for (const End& end : incoming_) {
    const auto& theirs = published_[static_cast<std::size_t>(end.link.from)];
    static_cast<void>(find_end(theirs.outgoing, end.link, end.link.from));
    connect(end.link.from, end.rail);
  }
}

void UcxOpening::connect(int peer, std::size_t rail) {
  const auto index = static_cast<std::size_t>(peer);
  const UcxPeer& other = peers_[index];
  const bool is_elsewhere = other.host != peers_[static_cast<std::size_t>(bootstrap_.rank())].host;
  const auto [way, is_new] = ways_.try_emplace({peer, rail});
  if (!is_new) return;
  way->second.endpoint =
      &rails_[rail]->connect(peer, other.host, other.addresses[rail], is_elsewhere);
  way->second.key = rails_[rail]->unpack(*way->second.endpoint, published_[index].keys[rail]);
}

void UcxOpening::meet() {
  const auto deadline = Deadline::after(greeting_deadline);
  for (const auto& [place, way] : ways_) {
    const auto [peer, rail] = place;
    while (!rails_[rail]->has_met(peer)) {
      for (const auto& any : rails_) any->progress();
      const char* failure = way.endpoint->failure();
      const std::string& host = peers_[static_cast<std::size_t>(peer)].host;
      if (failure != nullptr)
        throw UnavailableError{fmt::format("rank {} does not get through to rank {}: {}",
                                           bootstrap_.rank(), peer, failure)};
      if (deadline.passed())
        throw UnavailableError{
            fmt::format("rank {} on {} does not answer rank {} by UCX within {:g} s", peer, host,
                        bootstrap_.rank(), greeting_deadline.value)};
      sched_yield();
    }
  }
}

LinkEnds UcxOpening::ends() {
  LinkEnds all;
  for (const End& end : outgoing_) {
    const auto& theirs = published_[static_cast<std::size_t>(end.link.to)];
    const End& other = find_end(theirs.incoming, end.link, end.link.to);
    all.senders.push_back(make_ucx_sender(link_end(end, end.link.to, other)));
  }
  for (const End& end : incoming_) {
    const auto& theirs = published_[static_cast<std::size_t>(end.link.from)];
    const End& other = find_end(theirs.outgoing, end.link, end.link.from);
    all.receivers.push_back(make_ucx_receiver(link_end(end, end.link.from, other)));
  }
  return all;
}

UcxLinkEnd UcxOpening::link_end(const End& mine, int peer, const End& theirs) {
  const Way& way = ways_.at({peer, mine.rail});
  const auto& published = published_[static_cast<std::size_t>(peer)];
  return {.rail = rails_[mine.rail],
          .endpoint = way.endpoint,
          .slots = slots_of(mine),
          .peer_base = published.bases[theirs.rail] + theirs.offset,
          .peer_key = way.key,
          .peer_end = theirs.number};
}

UcxSlots UcxOpening::slots_of(const End& end) const {
  const auto count = static_cast<std::size_t>(shape_.slots);
  const UcxSlots slots{bases_[end.rail] + end.offset, shape_.slot_bytes, count};
  return end.rooms == nullptr ? slots : slots.with_rooms(end.rooms);
}

}  // namespace assay::collectives
