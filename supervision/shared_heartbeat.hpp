#pragma once

#include "core/heartbeat.hpp"
#include "core/native/posix.hpp"

namespace assay::supervision {

/// A heartbeat in memory that a child forked later shares with this process.
class SharedHeartbeat {
 public:
  /// Throws  Error if there is no memory.
  SharedHeartbeat();
  [[nodiscard]] Heartbeat& operator*() const noexcept { return *heartbeat_; }
  [[nodiscard]] Heartbeat* operator->() const noexcept { return heartbeat_; }

 private:
  native::Mapping page_;
  Heartbeat* heartbeat_;
};

}  // namespace assay::supervision
