#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "results/judge/link_table.hpp"
#include "results/locate/locate.hpp"
#include "results/run.hpp"

namespace assay::results {

/// What a network device counted while links were measured, in the terms of Ethernet and InfiniBand
/// alike.
struct DeviceCounts {
  std::string host;
  std::string device;
  std::uint64_t packets = 0;     ///< received
  std::uint64_t lost_links = 0;  ///< times that its carrier went
  std::uint64_t broken = 0;      ///< frames that arrived or left with an error

  /// Enough packets for its counters to say something of this run.
  [[nodiscard]] bool carried() const;
  [[nodiscard]] bool lost_its_link() const { return carried() && lost_links > 0; }
  /// More than the bit error rate that the standards allow makes.
  [[nodiscard]] bool breaks_frames() const;
  /// "eth0 lost its link 3 times"
  [[nodiscard]] std::string told_of_link() const;
  /// What is wrong with it, where something is.
  [[nodiscard]] std::string told() const;
};

/// The devices of the records `network_counters`, in their order; what several records of a device
/// counted is added up.
[[nodiscard]] std::vector<DeviceCounts> count_devices(std::span<const Record> records);

/// "n5: eth0 lost its link 7 times ..." of the first device that did; empty: none did.
[[nodiscard]] std::string lost_carrier(const Run& run);

/// The rail that a device is of a network with several; empty: it is none, or there is one only,
/// and what befalls it befalls its node.
[[nodiscard]] std::string rail_of(const NetworkInfo& network, const DeviceCounts& counts);

/// The nodes and rails of nodes whose device lost its link.
[[nodiscard]] std::vector<SlowPart> parts_cut_off(const Run& run, const LinkTable& table);

}  // namespace assay::results
