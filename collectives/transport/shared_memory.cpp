#include "collectives/transport/shared_memory.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/mman.h>

#include <atomic>
#include <cerrno>
#include <map>
#include <string>
#include <utility>

#include "collectives/transport/published_links.hpp"
#include "collectives/transport/slot_ring.hpp"
#include "core/error.hpp"
#include "core/native/posix.hpp"

namespace assay::collectives {

namespace {

using native::FileDescriptor;
using native::Mapping;

/// A name in /dev/shm that is removed with it.
class SharedName {
 public:
  SharedName() {
    static std::atomic<int> made{0};
    name_ = fmt::format("/assay-{}-{}", ::getpid(), made.fetch_add(1));
  }
  SharedName(const SharedName&) = delete;
  SharedName& operator=(const SharedName&) = delete;
  ~SharedName() { ::shm_unlink(name_.c_str()); }
  [[nodiscard]] const std::string& text() const noexcept { return name_; }

 private:
  std::string name_;
};

std::shared_ptr<Mapping> map(const FileDescriptor& file, std::size_t bytes) {
  void* address = ::mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_SHARED, file.get(), 0);
  if (address == MAP_FAILED) throw_system_error("mmap of shared memory");
  return std::make_shared<Mapping>(native::MappedRange{address, bytes});
}

std::shared_ptr<Mapping> create(const std::string& name, std::size_t bytes) {
  constexpr int owner_only = 0600;
  const FileDescriptor file{::shm_open(name.c_str(), O_RDWR | O_CREAT | O_EXCL, owner_only)};
  if (!file) throw_system_error("shm_open " + name);
  // Unlike ftruncate this fails at once when /dev/shm is too small; a later store would be SIGBUS.
  if (const int code = ::posix_fallocate(file.get(), 0, static_cast<off_t>(bytes)); code != 0) {
    errno = code;
    throw_system_error(fmt::format("{} bytes of shared memory in /dev/shm", bytes));
  }
  return map(file, bytes);
}

std::shared_ptr<Mapping> attach(const std::string& name, std::size_t bytes, int peer) {
  const FileDescriptor file{::shm_open(name.c_str(), O_RDWR, 0)};
  if (!file)
    throw_system_error(
        fmt::format("the shared memory of rank {} ({}) cannot be opened; are both "
                    "on one host, with one /dev/shm?",
                    peer, name));
  return map(file, bytes);
}

std::byte* address(const Mapping& mapping) noexcept {
  return static_cast<std::byte*>(mapping.get().address);
}

class SharedMemoryTransport final : public Transport {
 public:
  explicit SharedMemoryTransport(Bootstrap& bootstrap) : bootstrap_{bootstrap} {}
  std::string_view name() const noexcept override { return "shared_memory"; }

  LinkEnds open(std::span<const Link> outgoing, std::span<const Link> incoming,
                LinkShape shape) override {
    const std::size_t ring_bytes = SlotRing::bytes(shape);
    const SharedName name;
    LinkEnds ends;
    if (!incoming.empty()) {
      const auto mine = create(name.text(), ring_bytes * incoming.size());
      for (std::size_t i = 0; i < incoming.size(); ++i) {
        std::byte* ring = address(*mine) + i * ring_bytes;
        SlotRing::initialise(ring, shape);
        ends.receivers.push_back(SlotRing::receiver(ring, shape, mine));
      }
    }
    const auto published =
        publish_links(bootstrap_, incoming, std::as_bytes(std::span{name.text()}));
    std::map<int, std::shared_ptr<Mapping>> attached;
    for (const Link& link : outgoing) {
      const auto& peer = published[static_cast<std::size_t>(link.to)];
      auto& memory = attached[link.to];
      if (!memory) {
        const std::string peer_name{reinterpret_cast<const char*>(peer.note.data()),
                                    peer.note.size()};
        memory = attach(peer_name, ring_bytes * peer.links.size(), link.to);
      }
      std::byte* ring = address(*memory) + peer.index_of(link) * ring_bytes;
      ends.senders.push_back(SlotRing::sender(ring, shape, memory));
    }
    bootstrap_.barrier();  // everyone has attached: the name may go
    return ends;
  }

 private:
  Bootstrap& bootstrap_;
};

}  // namespace

std::unique_ptr<Transport> make_shared_memory_transport(Bootstrap& bootstrap) {
  return std::make_unique<SharedMemoryTransport>(bootstrap);
}

}  // namespace assay::collectives
