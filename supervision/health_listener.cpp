#include "supervision/health_listener.hpp"

#include <netinet/in.h>
#include <sys/socket.h>

#include <utility>

#include "core/error.hpp"
#include "supervision/health_address.hpp"
#include "supervision/message.hpp"

namespace assay::supervision {

namespace {

/// A member's first line comes with its connection.
constexpr Seconds patience_with_strangers{5.0};
/// More than that are kept waiting in the kernel; large jobs join in several goes.
constexpr std::size_t strangers_at_most = 256;
/// A join line: rank and token.
constexpr std::size_t first_line_limit = 128;
constexpr int nobody_yet = -1;
constexpr int turned_away = -2;

native::FileDescriptor listening_socket() {
  native::FileDescriptor socket{::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0)};
  if (!socket) throw_system_error("socket");
  sockaddr_in any{};
  any.sin_family = AF_INET;
  any.sin_addr.s_addr = htonl(INADDR_ANY);
  if (::bind(socket.get(), reinterpret_cast<const sockaddr*>(&any), sizeof any) != 0)
    throw_system_error("bind");
  if (::listen(socket.get(), SOMAXCONN) != 0) throw_system_error("listen");
  return socket;
}

std::uint16_t port_of(int socket) {
  sockaddr_in own{};
  socklen_t size = sizeof own;
  if (::getsockname(socket, reinterpret_cast<sockaddr*>(&own), &size) != 0)
    throw_system_error("getsockname");
  return ntohs(own.sin_port);
}

}  // namespace

HealthListener::HealthListener()
    : socket_{listening_socket()},
      token_{random_token()},
      address_{to_text({own_addresses(), port_of(socket_.get()), token_})} {}

void HealthListener::add_to(std::vector<pollfd>& polled) const {
  if (strangers_.size() < strangers_at_most) polled.push_back({socket_.get(), POLLIN, 0});
  for (const Stranger& stranger : strangers_)
    polled.push_back({stranger.connection.descriptor(), POLLIN, 0});
}

std::vector<HealthListener::Joined> HealthListener::admit() {
  accept_all();
  std::vector<Joined> joined;
  std::vector<Stranger> waiting;
  for (Stranger& stranger : strangers_) {
    stranger.connection.exchange();
    const int rank = joining_rank(stranger);
    if (rank >= 0) {
      stranger.connection.limit_lines(line_limit);
      joined.push_back({rank, std::move(stranger.connection)});
    } else if (rank == nobody_yet && stranger.connection.is_open() && !stranger.patience.passed()) {
      waiting.push_back(std::move(stranger));
    }
  }
  strangers_ = std::move(waiting);
  return joined;
}

void HealthListener::accept_all() {
  while (strangers_.size() < strangers_at_most) {
    native::FileDescriptor socket{::accept4(socket_.get(), nullptr, nullptr, SOCK_CLOEXEC)};
    if (!socket) return;
    strangers_.push_back({Connection{std::move(socket), first_line_limit},
                          Deadline::after(patience_with_strangers)});
  }
}

int HealthListener::joining_rank(Stranger& stranger) const {
  const auto line = stranger.connection.next_line();
  if (!line) return nobody_yet;
  const auto message = decode_message(*line);
  if (!message) return turned_away;
  const auto* join = std::get_if<Join>(&*message);
  return join != nullptr && join->token == token_ && join->rank >= 0 ? join->rank : turned_away;
}

}  // namespace assay::supervision
