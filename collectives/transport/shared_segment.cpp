#include "collectives/transport/shared_segment.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/mman.h>

#include <atomic>
#include <cerrno>
#include <cstdint>
#include <utility>

#include "core/error.hpp"
#include "core/native/posix.hpp"

namespace assay::collectives {

namespace {

using native::FileDescriptor;
using native::Mapping;

constexpr std::size_t huge_page = std::size_t{2} << 20;
#ifdef MADV_COLLAPSE
constexpr int collapse_now = MADV_COLLAPSE;
#else
constexpr int collapse_now = 25;  // of Linux 6.1; older ones refuse it
#endif

[[noreturn]] void throw_map_error() { throw_system_error("mmap of shared memory"); }

/// Address space for `bytes` at a multiple of a huge page: in a mapping of huge pages, places in
/// the file and in the address space must agree.
void* reserve_aligned(std::size_t bytes) {
  void* room = ::mmap(nullptr, bytes + huge_page, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (room == MAP_FAILED) throw_map_error();
  auto* begin = static_cast<std::byte*>(room);
  const std::size_t before =
      (huge_page - reinterpret_cast<std::uintptr_t>(room) % huge_page) % huge_page;
  if (before > 0) ::munmap(begin, before);
  if (before < huge_page) ::munmap(begin + before + bytes, huge_page - before);
  return begin + before;
}

/// Large ones on huge pages where the kernel grants them: with small ones, each of the places that
/// a sum reads and writes costs a walk of the page tables every 4 KiB, which at 64 MiB took as long
/// as moving the data.
std::shared_ptr<Mapping> map(const FileDescriptor& file, std::size_t bytes) {
  const bool is_large = bytes >= huge_page;
  void* wanted = is_large ? reserve_aligned(bytes) : nullptr;
  void* address = ::mmap(wanted, bytes, PROT_READ | PROT_WRITE,
                         MAP_SHARED | (is_large ? MAP_FIXED : 0), file.get(), 0);
  if (address == MAP_FAILED) throw_map_error();
  auto mapping = std::make_shared<Mapping>(native::MappedRange{address, bytes});
  if (!is_large) return mapping;
  // Two hints: for pages to come, which the system's setting for shared memory often refuses, and
  // for those that are there, which does not ask it.
  ::madvise(address, bytes, MADV_HUGEPAGE);
  ::madvise(address, bytes, collapse_now);
  return mapping;
}

/// A segment of whole huge pages can be on them to its end.
std::size_t rounded(std::size_t bytes) {
  return bytes < huge_page ? bytes : (bytes + huge_page - 1) / huge_page * huge_page;
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

SharedSegment SharedSegment::create(std::size_t wanted) {
  const std::size_t bytes = rounded(wanted);
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
  const auto mapping = map(file, rounded(bytes));
  return SharedSegment{name, mapping, address_of(*mapping)};
}

}  // namespace assay::collectives
