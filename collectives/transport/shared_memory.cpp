#include "collectives/transport/shared_memory.hpp"

#include <map>
#include <optional>
#include <string>
#include <utility>

#include "collectives/transport/published_links.hpp"
#include "collectives/transport/shared_segment.hpp"
#include "collectives/transport/slot_ring.hpp"
#include "collectives/worker.hpp"

namespace assay::collectives {

namespace {

std::string text_of(const std::vector<std::byte>& bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

class SharedMemoryTransport final : public Transport {
 public:
  explicit SharedMemoryTransport(Bootstrap& bootstrap) : bootstrap_{bootstrap} {}
  std::string_view name() const noexcept override { return "shared_memory"; }

  LinkEnds open(std::span<const Link> outgoing, std::span<const Link> incoming,
                LinkShape shape) override {
    const std::size_t ring_bytes = SlotRing::bytes(shape, incoming.size());
    std::optional<SharedSegment> mine;
    LinkEnds ends;
    if (!incoming.empty()) {
      const std::size_t bytes = ring_bytes * incoming.size();
      mine = SharedSegment::create(bytes);
      const auto kept = keep_for(shape.worker, mine->mapping(), mine->address(), bytes);
      for (std::size_t i = 0; i < incoming.size(); ++i) {
        std::byte* ring = mine->address() + i * ring_bytes;
        SlotRing::initialise(ring, shape);
        ends.receivers.push_back(SlotRing::receiver(ring, shape, incoming.size(), kept));
      }
    }
    const std::string name = mine ? mine->name() : "";
    const auto published = publish_links(bootstrap_, incoming, std::as_bytes(std::span{name}));
    std::map<int, SharedSegment> attached;
    for (const Link& link : outgoing) {
      const auto& peer = published[static_cast<std::size_t>(link.to)];
      const std::size_t links = peer.links.size();
      const std::size_t peer_bytes = SlotRing::bytes(shape, links);
      auto memory = attached.find(link.to);
      if (memory == attached.end())
        memory = attached
                     .emplace(link.to, SharedSegment::attach(text_of(peer.note), peer_bytes * links,
                                                             link.to))
                     .first;
      std::byte* ring = memory->second.address() + peer.index_of(link) * peer_bytes;
      // Rings are whole pages each.
      ends.senders.push_back(SlotRing::sender(
          ring, shape, links, keep_for(shape.worker, memory->second.mapping(), ring, peer_bytes)));
    }
    bootstrap_.barrier();  // everyone has attached: the name may go
    return ends;
  }

  std::unique_ptr<RegisteredMemory> allocate_registered(std::size_t bytes) override {
    const SharedSegment mine = SharedSegment::create(bytes);
    std::vector<std::byte*> places;
    std::vector<std::shared_ptr<void>> keep;
    int rank = 0;
    for (const auto& name : bootstrap_.all_gather(std::as_bytes(std::span{mine.name()}))) {
      const SharedSegment segment =
          rank == bootstrap_.rank() ? mine : SharedSegment::attach(text_of(name), bytes, rank);
      places.push_back(segment.address());
      keep.push_back(segment.mapping());
      ++rank;
    }
    bootstrap_.barrier();  // everyone has attached: the name may go
    return std::make_unique<RegisteredMemory>(bootstrap_.rank(), std::move(places), bytes,
                                              std::move(keep));
  }

 private:
  Bootstrap& bootstrap_;
};

}  // namespace

std::unique_ptr<Transport> make_shared_memory_transport(Bootstrap& bootstrap) {
  return std::make_unique<SharedMemoryTransport>(bootstrap);
}

}  // namespace assay::collectives
