#pragma once

#include <string>

#include "benchmarks/network_watch.hpp"

namespace assay::cli {

/// What becomes of this host's network links from when it was made.
class LinkWatch {
 public:
  LinkWatch() : before_{topology::read_device_counters()} {}

  /// "eth0 lost its link 3 times" of each device that did and that carries what the host has to
  /// say; empty: none did. Cost  topology::read_link_changes.
  [[nodiscard]] std::string lost_links() const;

 private:
  benchmarks::DeviceCounters before_;
};

}  // namespace assay::cli
