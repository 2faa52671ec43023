#pragma once

#include <optional>
#include <string_view>

namespace assay::topology {

/// What a PCI Express link carries one way, in bytes per second, by its encoding: 8b/10b up to
/// 5 GT/s, 128b/130b up to 32, and from 64 GT/s on units of 256 bytes that carry 242.
[[nodiscard]] double pcie_bytes_per_s(double gigatransfers, int lanes);

/// The number in "16 GT/s", "16.0 GT/s PCIe"; none for "Unknown" and all else.
[[nodiscard]] std::optional<double> gigatransfers_in(std::string_view text);

/// What an InfiniBand link such as "4xHDR" or "4X NDR" carries one way, in bytes per second; none
/// if it is no such text.
[[nodiscard]] std::optional<double> infiniband_bytes_per_s(std::string_view text);

/// What a port carries one way, in bytes per second, by what the kernel calls its rate:
/// "400 Gb/sec (4X NDR)"; none if it is no such text. Up to QDR the kernel tells the signalling
/// rate of InfiniBand, of which 8b/10b leaves four fifths; of Ethernet, whose ports it describes
/// alike, it tells the data rate.
[[nodiscard]] std::optional<double> port_bytes_per_s(std::string_view rate, bool is_ethernet);

[[nodiscard]] double ethernet_bytes_per_s(double megabits);

/// What NVLinks between two GPUs carry one way, in bytes per second, by the compute capability of
/// the GPUs (90 is 9.0); none for one that has no NVLink that is known.
[[nodiscard]] std::optional<double> nvlink_bytes_per_s(int capability, int links);

}  // namespace assay::topology
