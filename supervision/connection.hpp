#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "core/native/posix.hpp"

namespace assay::supervision {

/// One end of a TCP connection that carries lines. Never waits, never grows without bound: whoever
/// sends a line longer than the limit is cut off, and what a peer does not read is dropped.
class Connection {
 public:
  /// Takes a connected socket and makes it non-blocking.
  Connection(native::FileDescriptor socket, std::size_t line_limit);

  [[nodiscard]] int descriptor() const noexcept { return socket_.get(); }
  /// What to poll(2) the descriptor for.
  [[nodiscard]] short events() const noexcept;
  /// False once either side closed it or broke a rule; lines may be left to read.
  [[nodiscard]] bool is_open() const noexcept { return is_open_; }
  void limit_lines(std::size_t limit) noexcept { line_limit_ = limit; }

  /// `line` has no end-of-line in it.
  void send(std::string_view line) noexcept;
  /// Reads and writes what can be without waiting.
  void exchange() noexcept;
  [[nodiscard]] std::optional<std::string> next_line();

 private:
  void receive() noexcept;
  void flush() noexcept;

  native::FileDescriptor socket_;
  std::size_t line_limit_;
  std::string incoming_;
  std::string outgoing_;
  bool is_open_ = true;
};

}  // namespace assay::supervision
