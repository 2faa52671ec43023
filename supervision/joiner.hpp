#pragma once

#include <poll.h>

#include <cstddef>
#include <optional>
#include <vector>

#include "core/clock.hpp"
#include "supervision/connection.hpp"
#include "supervision/health_address.hpp"
#include "supervision/rank_state.hpp"

namespace assay::supervision {

/// Knocks at rank 0's supervisor: tries one of its addresses after the other, and again, without
/// ever waiting. An address may lead to somebody else (docker's bridge has the same one on every
/// host), so a connection counts only once rank 0 has spoken.
class Joiner {
 public:
  struct Joined {
    Connection connection;
    RankState rank_0;
  };

  Joiner(HealthAddress address, int rank);

  void add_to(std::vector<pollfd>& polled) const;
  /// Call after each poll, or a few times a second.
  /// Returns  the connection, once; nothing while it is not there.
  [[nodiscard]] std::optional<Joined> advance();

 private:
  void knock();

  HealthAddress address_;
  int rank_;
  std::size_t next_ = 0;
  std::optional<Connection> trial_;
  Deadline patience_;
};

}  // namespace assay::supervision
