#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>

namespace assay::topology {

/// Numbers that only grow, by their names.
using Counters = std::map<std::string, std::uint64_t>;

/// What this host's network devices have counted since they are there, by device.
///
/// Ethernet ("eth0", /sys/class/net; no loopback, no bridges): carrier_changes, rx_errors,
/// tx_errors, rx_packets, rx_bytes, tx_bytes. InfiniBand and RoCE ("mlx5_0:1", the port after the
/// colon, /sys/class/infiniband): link_downed, link_error_recovery, symbol_error, port_rcv_errors,
/// port_rcv_packets, port_rcv_data and port_xmit_data (in units of 4 bytes), and what the card says
/// of packets that were lost on the way (packet_seq_err, out_of_sequence, local_ack_timeout_err).
/// What the kernel does not say is left out. `root` is where the system's files are looked for, in
/// place of the root folder.
[[nodiscard]] std::map<std::string, Counters> read_device_counters(
    const std::filesystem::path& root = "/");

/// Of read_device_counters only what grows when a link is lost: carrier_changes or link_downed.
/// Cost  one file a port; cards of InfiniBand are asked for theirs.
[[nodiscard]] std::map<std::string, Counters> read_link_changes(
    const std::filesystem::path& root = "/");

/// TCP's segments_sent, segments_repeated and segments_doubled (of those repeated, which the other
/// end had already and said so, RFC 2883) of all connections in this network namespace; without
/// what the kernel does not say (segments_doubled came with Linux 5.5). Cost   some ten
/// microseconds: two small files.
[[nodiscard]] Counters read_tcp_counters(const std::filesystem::path& root = "/");

/// By how much counters have grown. What is in one reading only, or was reset between, is left out.
[[nodiscard]] Counters growth(const Counters& before, const Counters& after);

}  // namespace assay::topology
