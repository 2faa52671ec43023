#include "supervision/joiner.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <cerrno>
#include <utility>
#include <variant>

#include "supervision/message.hpp"

namespace assay::supervision {

namespace {

/// For a connection and rank 0's first word: many round trips of any network in a cluster.
constexpr Seconds patience_per_address{1.0};

native::FileDescriptor begin_connection(const std::string& host, std::uint16_t port) {
  native::FileDescriptor socket{::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0)};
  sockaddr_in to{};
  to.sin_family = AF_INET;
  to.sin_port = htons(port);
  if (!socket || ::inet_pton(AF_INET, host.c_str(), &to.sin_addr) != 1) return {};
  const int status = ::connect(socket.get(), reinterpret_cast<const sockaddr*>(&to), sizeof to);
  if (status != 0 && errno != EINPROGRESS) return {};
  return socket;
}

}  // namespace

Joiner::Joiner(HealthAddress address, int rank)
    : address_{std::move(address)}, rank_{rank}, patience_{Deadline::after(Seconds{0})} {}

void Joiner::add_to(std::vector<pollfd>& polled) const {
  // The join line waits in the connection until that stands: writable then means connected.
  if (trial_) polled.push_back({trial_->descriptor(), trial_->events(), 0});
}

std::optional<Joiner::Joined> Joiner::advance() {
  if (trial_) {
    trial_->exchange();
    if (const auto line = trial_->next_line()) {
      const auto message = decode_message(*line);
      const auto* state = message ? std::get_if<RankState>(&*message) : nullptr;
      if (state != nullptr && state->rank == 0) {
        Joined joined{*std::move(trial_), *state};
        trial_.reset();
        return joined;
      }
      trial_.reset();
    }
  }
  if (trial_ && trial_->is_open() && !patience_.passed()) return std::nullopt;
  knock();
  return std::nullopt;
}

void Joiner::knock() {
  trial_.reset();
  if (!patience_.passed() && next_ % address_.hosts.size() == 0) return;  // pause between rounds
  const std::string& host = address_.hosts[next_++ % address_.hosts.size()];
  patience_ = Deadline::after(patience_per_address);
  if (auto socket = begin_connection(host, address_.port)) {
    trial_.emplace(std::move(socket), line_limit);
    trial_->send(encode(Join{address_.token, rank_}));
  }
}

}  // namespace assay::supervision
