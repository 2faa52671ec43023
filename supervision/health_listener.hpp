#pragma once

#include <poll.h>

#include <cstddef>
#include <string>
#include <vector>

#include "core/clock.hpp"
#include "supervision/connection.hpp"

namespace assay::supervision {

/// The door of rank 0's supervisor. Who does not show the job's token in the first line, soon, is
/// turned away.
class HealthListener {
 public:
  struct Joined {
    int rank = -1;
    Connection connection;
  };

  /// Listens on a free port of all interfaces.
  /// Throws  Error
  HealthListener();

  /// What members need to know; see HealthAddress.
  [[nodiscard]] const std::string& address() const noexcept { return address_; }

  /// Adds what is to be polled.
  void add_to(std::vector<pollfd>& polled) const;
  /// Call after each poll: lets in who knocked.
  /// Returns  those whose first line was right.
  [[nodiscard]] std::vector<Joined> admit();

 private:
  struct Stranger {
    Connection connection;
    Deadline patience;
  };
  void accept_all();
  [[nodiscard]] int joining_rank(Stranger& stranger) const;

  native::FileDescriptor socket_;
  std::string token_;
  std::string address_;
  std::vector<Stranger> strangers_;
};

}  // namespace assay::supervision
