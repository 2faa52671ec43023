#include "supervision/connection.hpp"

#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <utility>

namespace assay::supervision {

namespace {

/// Kept for a peer that does not read: a hundred lines or so, beyond the kernel's own buffer.
constexpr std::size_t outgoing_at_most = 32 * 1024;

bool would_wait() { return errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR; }

}  // namespace

Connection::Connection(native::FileDescriptor socket, std::size_t line_limit)
    : socket_{std::move(socket)}, line_limit_{line_limit} {
  ::fcntl(socket_.get(), F_SETFL, ::fcntl(socket_.get(), F_GETFL) | O_NONBLOCK);
  const int on = 1;
  ::setsockopt(socket_.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
}

short Connection::events() const noexcept {
  return static_cast<short>(POLLIN | (outgoing_.empty() ? 0 : POLLOUT));
}

void Connection::send(std::string_view line) noexcept {
  if (!is_open_ || outgoing_.size() + line.size() >= outgoing_at_most) return;
  outgoing_.append(line);
  outgoing_.push_back('\n');
  flush();
}

void Connection::exchange() noexcept {
  if (!is_open_) return;
  receive();
  flush();
}

std::optional<std::string> Connection::next_line() {
  const auto end = incoming_.find('\n');
  if (end == std::string::npos) return std::nullopt;
  std::string line = incoming_.substr(0, end);
  incoming_.erase(0, end + 1);
  return line;
}

void Connection::receive() noexcept {
  std::array<char, 4096> part;
  const ssize_t got = ::recv(socket_.get(), part.data(), part.size(), MSG_DONTWAIT);
  if (got == 0 || (got < 0 && !would_wait())) is_open_ = false;
  if (got <= 0) return;
  incoming_.append(part.data(), static_cast<std::size_t>(got));
  const auto last_end = incoming_.rfind('\n');
  const std::size_t whole = last_end == std::string::npos ? 0 : last_end + 1;
  if (incoming_.size() - whole > line_limit_) is_open_ = false;
}

void Connection::flush() noexcept {
  while (is_open_ && !outgoing_.empty()) {
    const ssize_t sent =
        ::send(socket_.get(), outgoing_.data(), outgoing_.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
    if (sent < 0) {
      // What the peer said before it closed may still be there to read: `receive` closes.
      if (!would_wait()) outgoing_.clear();
      return;
    }
    outgoing_.erase(0, static_cast<std::size_t>(sent));
  }
}

}  // namespace assay::supervision
