#include "collectives/transport/threads.hpp"

#include <cstring>
#include <new>

#include "collectives/transport/published_links.hpp"
#include "collectives/transport/slot_ring.hpp"
#include "collectives/worker.hpp"

namespace assay::collectives {

namespace {

struct AlignedDelete {
  void operator()(std::byte* memory) const noexcept {
    ::operator delete (memory, std::align_val_t{SlotRing::alignment});
  }
};

/// What a receiver tells its senders: an owner that lives on its stack until all have copied it.
using Owner = std::shared_ptr<std::byte>;

class ThreadTransport final : public Transport {
 public:
  explicit ThreadTransport(Bootstrap& bootstrap) : bootstrap_{bootstrap} {}
  std::string_view name() const noexcept override { return "threads"; }

  LinkEnds open(std::span<const Link> outgoing, std::span<const Link> incoming,
                LinkShape shape) override {
    const std::size_t ring_bytes = SlotRing::bytes(shape, incoming.size());
    const Owner mine = allocate(ring_bytes * incoming.size());
    const auto kept = keep_for(shape.worker, mine, mine.get(), ring_bytes * incoming.size());
    LinkEnds ends;
    for (std::size_t i = 0; i < incoming.size(); ++i) {
      std::byte* ring = mine.get() + i * ring_bytes;
      SlotRing::initialise(ring, shape);
      ends.receivers.push_back(SlotRing::receiver(ring, shape, incoming.size(), kept));
    }
    const Owner* address = &mine;
    const auto published =
        publish_links(bootstrap_, incoming, std::as_bytes(std::span{&address, 1}));
    for (const Link& link : outgoing) {
      const auto& receiver = published[static_cast<std::size_t>(link.to)];
      const Owner* owner = nullptr;
      std::memcpy(&owner, receiver.note.data(), sizeof owner);
      const std::size_t links = receiver.links.size();
      const std::size_t bytes = SlotRing::bytes(shape, links);
      std::byte* ring = owner->get() + receiver.index_of(link) * bytes;
      ends.senders.push_back(
          SlotRing::sender(ring, shape, links, keep_for(shape.worker, *owner, ring, bytes)));
    }
    bootstrap_.barrier();  // `mine` is on this stack until everyone has copied it
    return ends;
  }

  std::unique_ptr<RegisteredMemory> allocate_registered(std::size_t bytes) override {
    const Owner mine = allocate(bytes);
    const Owner* address = &mine;
    std::vector<std::byte*> places;
    std::vector<std::shared_ptr<void>> keep;
    for (const auto& told : bootstrap_.all_gather(std::as_bytes(std::span{&address, 1}))) {
      const Owner* owner = nullptr;
      std::memcpy(&owner, told.data(), sizeof owner);
      places.push_back(owner->get());
      keep.push_back(*owner);
    }
    bootstrap_.barrier();  // as above
    return std::make_unique<RegisteredMemory>(bootstrap_.rank(), std::move(places), bytes,
                                              std::move(keep));
  }

 private:
  static Owner allocate(std::size_t bytes) {
    const std::size_t at_least_one = bytes > 0 ? bytes : SlotRing::alignment;
    return {static_cast<std::byte*>(
                ::operator new (at_least_one, std::align_val_t{SlotRing::alignment})),
            AlignedDelete{}};
  }

  Bootstrap& bootstrap_;
};

}  // namespace

std::unique_ptr<Transport> make_thread_transport(Bootstrap& bootstrap) {
  return std::make_unique<ThreadTransport>(bootstrap);
}

}  // namespace assay::collectives
