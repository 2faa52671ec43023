#pragma once

#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdint>
#include <functional>
#include <stdexcept>
#include <vector>

#include "collectives/bootstrap.hpp"

namespace assay::collectives {

/// Two ranks that are processes and meet over a pair of sockets, so that one can be killed.
class SocketBootstrap final : public Bootstrap {
 public:
  SocketBootstrap(std::size_t rank, int socket) : rank_{rank}, socket_{socket} {}
  int rank() const noexcept override { return static_cast<int>(rank_); }
  int size() const noexcept override { return 2; }
  std::vector<std::vector<std::byte>> all_gather(std::span<const std::byte> mine) override {
    const std::uint64_t length = mine.size();
    write_all(std::as_bytes(std::span{&length, 1}));
    write_all(mine);
    std::uint64_t others = 0;
    read_all(std::as_writable_bytes(std::span{&others, 1}));
    std::vector<std::vector<std::byte>> all(2);
    all[rank_].assign(mine.begin(), mine.end());
    all[1 - rank_].resize(others);
    read_all(all[1 - rank_]);
    return all;
  }
  void barrier() override { static_cast<void>(all_gather({})); }
  void patient_barrier() override { barrier(); }
  std::unique_ptr<Bootstrap> split(int) override { throw std::logic_error{"two are few enough"}; }

 private:
  void write_all(std::span<const std::byte> bytes) const {
    while (!bytes.empty()) {
      const auto written = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (written <= 0) throw std::runtime_error{"the other process is gone"};
      bytes = bytes.subspan(static_cast<std::size_t>(written));
    }
  }
  void read_all(std::span<std::byte> bytes) const {
    while (!bytes.empty()) {
      const auto got = ::read(socket_, bytes.data(), bytes.size());
      if (got <= 0) throw std::runtime_error{"the other process is gone"};
      bytes = bytes.subspan(static_cast<std::size_t>(got));
    }
  }

  std::size_t rank_;
  int socket_;
};

/// Runs `first` as rank 0 in this process and `second` as rank 1 in another one, which ends with
/// it; how that one ended, as waitpid has it.
inline int run_two_processes(const std::function<void(Bootstrap&)>& first,
                             const std::function<void(Bootstrap&)>& second) {
  int sockets[2] = {};
  if (::socketpair(AF_UNIX, SOCK_STREAM, 0, sockets) != 0)
    throw std::runtime_error{"no sockets to be had"};
  const pid_t child = ::fork();
  if (child == 0) {
    ::close(sockets[0]);
    int code = 0;
    try {
      SocketBootstrap bootstrap{1, sockets[1]};
      second(bootstrap);
    } catch (...) {
      code = 1;
    }
    ::_exit(code);
  }
  ::close(sockets[1]);
  {
    SocketBootstrap bootstrap{0, sockets[0]};
    first(bootstrap);
  }
  ::close(sockets[0]);
  int status = 0;
  ::waitpid(child, &status, 0);
  return status;
}

}  // namespace assay::collectives
