#include "collectives/device/shared_descriptor.hpp"

#include <fmt/format.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <random>
#include <string>
#include <utility>

#include "collectives/together.hpp"
#include "core/error.hpp"

namespace assay::collectives::device {

namespace {

using native::FileDescriptor;

/// A name of Linux's own, which no file has and which goes with the socket.
class Address {
 public:
  explicit Address(std::uint64_t number) {
    const std::string name = fmt::format("assay-{:016x}", number);
    socket_.sun_family = AF_UNIX;
    std::ranges::copy(name, socket_.sun_path + 1);  // behind a zero: an abstract name
    bytes_ = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + 1 + name.size());
  }
  [[nodiscard]] const sockaddr* get() const { return reinterpret_cast<const sockaddr*>(&socket_); }
  [[nodiscard]] socklen_t bytes() const { return bytes_; }

 private:
  sockaddr_un socket_{};
  socklen_t bytes_ = 0;
};

FileDescriptor open_socket() {
  FileDescriptor socket{::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)};
  if (!socket) throw_system_error("socket");
  return socket;
}

std::uint64_t random_number() {
  std::random_device device;
  return std::uint64_t{device()} << 32 | device();
}

/// Until something can be read.
void wait_for(const FileDescriptor& socket, Deadline deadline) {
  pollfd wanted{socket.get(), POLLIN, 0};
  constexpr int look_up_ms = 100;
  while (::poll(&wanted, 1, look_up_ms) <= 0)
    if (deadline.passed())
      throw Error{"assay", 0, "a process of this host does not come to share a file"};
}

bool is_of_this_user(const FileDescriptor& peer) {
  ucred who{};
  socklen_t bytes = sizeof who;
  return ::getsockopt(peer.get(), SOL_SOCKET, SO_PEERCRED, &who, &bytes) == 0 &&
         who.uid == ::geteuid();
}

/// A message of one byte, and room for one descriptor that goes with it.
struct Message {
  char byte = 0;
  iovec data{&byte, sizeof byte};
  alignas(cmsghdr) char control[CMSG_SPACE(sizeof(int))] = {};
  msghdr header{};

  Message() {
    header.msg_iov = &data;
    header.msg_iovlen = 1;
    header.msg_control = control;
    header.msg_controllen = sizeof control;
  }
  Message(const Message&) = delete;
  Message& operator=(const Message&) = delete;
};

void send(const FileDescriptor& peer, int descriptor) {
  Message message;
  cmsghdr* head = CMSG_FIRSTHDR(&message.header);
  head->cmsg_level = SOL_SOCKET;
  head->cmsg_type = SCM_RIGHTS;
  head->cmsg_len = CMSG_LEN(sizeof descriptor);
  std::memcpy(CMSG_DATA(head), &descriptor, sizeof descriptor);
  if (::sendmsg(peer.get(), &message.header, MSG_NOSIGNAL) != 1) throw_system_error("sendmsg");
}

FileDescriptor receive(const FileDescriptor& peer) {
  Message message;
  if (::recvmsg(peer.get(), &message.header, MSG_CMSG_CLOEXEC) != 1) throw_system_error("recvmsg");
  const cmsghdr* head = CMSG_FIRSTHDR(&message.header);
  if (head == nullptr || head->cmsg_type != SCM_RIGHTS)
    throw Error{"assay", 0, "a process shared no file where it was to"};
  int descriptor = -1;
  std::memcpy(&descriptor, CMSG_DATA(head), sizeof descriptor);
  return FileDescriptor{descriptor};
}

}  // namespace

FileDescriptor share_descriptor(Bootstrap& processes, FileDescriptor mine, Seconds patience) {
  const auto deadline = Deadline::after(patience);
  const Address address{from_rank_zero(processes, random_number())};
  FileDescriptor listener;
  on_root(processes, [&] {
    listener = open_socket();
    if (::bind(listener.get(), address.get(), address.bytes()) != 0) throw_system_error("bind");
    if (::listen(listener.get(), processes.size()) != 0) throw_system_error("listen");
  });
  together(processes, [&] {
    if (processes.rank() == 0) {
      for (int served = 1; served < processes.size();) {
        wait_for(listener, deadline);
        const FileDescriptor peer{::accept4(listener.get(), nullptr, nullptr, SOCK_CLOEXEC)};
        if (!peer) throw_system_error("accept");
        if (!is_of_this_user(peer)) continue;
        send(peer, mine.get());
        ++served;
      }
      return;
    }
    const FileDescriptor socket = open_socket();
    if (::connect(socket.get(), address.get(), address.bytes()) != 0) throw_system_error("connect");
    wait_for(socket, deadline);
    mine = receive(socket);
  });
  return mine;
}

}  // namespace assay::collectives::device
