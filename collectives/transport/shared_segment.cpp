#include "collectives/transport/shared_segment.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/mman.h>

#include <atomic>
#include <cerrno>
#include <utility>

#include "core/error.hpp"
#include "core/native/posix.hpp"

namespace assay::collectives {

namespace {

using native::FileDescriptor;
using native::Mapping;

std::shared_ptr<Mapping> map(const FileDescriptor& file, std::size_t bytes) {
  void* address = ::mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_SHARED, file.get(), 0);
  if (address == MAP_FAILED) throw_system_error("mmap of shared memory");
  // Where the system allows it for shared memory; a hint that may be refused.
  ::madvise(address, bytes, MADV_HUGEPAGE);
  return std::make_shared<Mapping>(native::MappedRange{address, bytes});
}

std::byte* address_of(const Mapping& mapping) {
  return static_cast<std::byte*>(mapping.get().address);
}

std::string next_name() {
  static std::atomic<int> made{0};
  return fmt::format("/assay-{}-{}", ::getpid(), made.fetch_add(1));
}

struct NamedFile {
  std::string name;
  FileDescriptor file;
};

/// A process that was killed leaves its names, and another one may get its number.
NamedFile create_file() {
  constexpr int owner_only = 0600;
  constexpr int names_tried = 1000;
  for (int left = names_tried;; --left) {
    std::string name = next_name();
    FileDescriptor file{::shm_open(name.c_str(), O_RDWR | O_CREAT | O_EXCL, owner_only)};
    if (file) return {std::move(name), std::move(file)};
    if (errno != EEXIST || left == 0) throw_system_error("shm_open " + name);
  }
}

}  // namespace

SharedSegment::SharedSegment(std::string name, std::shared_ptr<void> mapping, std::byte* address)
    : name_{std::move(name)}, mapping_{std::move(mapping)}, address_{address} {}

SharedSegment SharedSegment::create(std::size_t bytes) {
  const auto [name, file] = create_file();
  std::shared_ptr<void> linked{nullptr, [own = name](void*) { ::shm_unlink(own.c_str()); }};
  // Unlike ftruncate this fails at once when /dev/shm is too small; a later store would be SIGBUS.
  if (const int code = ::posix_fallocate(file.get(), 0, static_cast<off_t>(bytes)); code != 0) {
    errno = code;
    throw_system_error(fmt::format("{} bytes of shared memory in /dev/shm", bytes));
  }
  const auto mapping = map(file, bytes);
  SharedSegment segment{name, mapping, address_of(*mapping)};
  segment.linked_ = std::move(linked);
  return segment;
}

SharedSegment SharedSegment::attach(const std::string& name, std::size_t bytes, int peer) {
  const FileDescriptor file{::shm_open(name.c_str(), O_RDWR, 0)};
  if (!file)
    throw_system_error(
        fmt::format("the shared memory of rank {} ({}) cannot be opened; are both "
                    "on one host, with one /dev/shm?",
                    peer, name));
  const auto mapping = map(file, bytes);
  return SharedSegment{name, mapping, address_of(*mapping)};
}

}  // namespace assay::collectives
