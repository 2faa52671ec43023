#include "topology/network_counters.hpp"

#include <array>
#include <fstream>
#include <sstream>
#include <system_error>
#include <vector>

#include "core/kernel_files.hpp"

namespace assay::topology {

namespace {

namespace fs = std::filesystem;

/// A file under the folder of a device or of a port, or the kernel's name of a protocol's counter,
/// and what it is called here.
struct Source {
  const char* file;
  const char* name;
};
constexpr std::array ethernet_links{Source{"carrier_changes", "carrier_changes"}};
constexpr std::array infiniband_links{Source{"counters/link_downed", "link_downed"}};
constexpr std::array ethernet{ethernet_links[0],
                              Source{"statistics/rx_errors", "rx_errors"},
                              Source{"statistics/tx_errors", "tx_errors"},
                              Source{"statistics/rx_packets", "rx_packets"},
                              Source{"statistics/rx_bytes", "rx_bytes"},
                              Source{"statistics/tx_bytes", "tx_bytes"}};
constexpr std::array infiniband{
    infiniband_links[0],
    Source{"counters/link_error_recovery", "link_error_recovery"},
    Source{"counters/symbol_error", "symbol_error"},
    Source{"counters/port_rcv_errors", "port_rcv_errors"},
    Source{"counters/port_rcv_packets", "port_rcv_packets"},
    Source{"counters/port_rcv_data", "port_rcv_data"},
    Source{"counters/port_xmit_data", "port_xmit_data"},
    Source{"hw_counters/packet_seq_err", "packet_seq_err"},
    Source{"hw_counters/out_of_sequence", "out_of_sequence"},
    Source{"hw_counters/local_ack_timeout_err", "local_ack_timeout_err"}};

constexpr std::array basic_tcp{Source{"OutSegs", "segments_sent"},
                               Source{"RetransSegs", "segments_repeated"}};
constexpr std::array extended_tcp{Source{"TCPDSACKRecvSegs", "segments_doubled"}};

template <std::size_t count>
Counters read_counters(const fs::path& folder, const std::array<Source, count>& sources) {
  Counters counters;
  for (const Source& source : sources)
    if (const auto number = first_value<std::uint64_t>(folder / source.file))
      counters[source.name] = *number;
  return counters;
}

bool is_loopback_or_bridge(const fs::path& device) {
  constexpr std::uint64_t arphrd_loopback = 772;  // <net/if_arp.h>
  std::error_code failed;
  return first_value<std::uint64_t>(device / "type") == arphrd_loopback ||
         fs::exists(device / "bridge", failed);
}

std::vector<std::string> words_of(const std::string& line) {
  std::istringstream stream{line};
  std::vector<std::string> words;
  for (std::string word; stream >> word;) words.push_back(word);
  return words;
}

/// What the kernel counts of a protocol: of two lines that begin with its name the first has the
/// names and the second the values.
template <std::size_t count>
Counters read_protocol(const fs::path& path, const std::string& protocol,
                       const std::array<Source, count>& sources) {
  std::ifstream file{path};
  std::vector<std::string> names;
  for (std::string line; std::getline(file, line);) {
    const auto words = words_of(line);
    if (words.empty() || words[0] != protocol) continue;
    if (names.empty()) {
      names = words;
      continue;
    }
    Counters counters;
    for (std::size_t i = 1; i < std::min(names.size(), words.size()); ++i)
      for (const Source& source : sources)
        if (names[i] == source.file) counters[source.name] = std::stoull(words[i]);
    return counters;
  }
  return {};
}

template <std::size_t of_net, std::size_t of_infiniband>
std::map<std::string, Counters> read_devices(const fs::path& root,
                                             const std::array<Source, of_net>& net,
                                             const std::array<Source, of_infiniband>& ports) {
  std::map<std::string, Counters> devices;
  for (const fs::path& device : sorted_entries(root / "sys/class/net"))
    if (!is_loopback_or_bridge(device))
      devices[device.filename().string()] = read_counters(device, net);
  for (const fs::path& device : sorted_entries(root / "sys/class/infiniband"))
    for (const fs::path& port : sorted_entries(device / "ports"))
      devices[device.filename().string() + ":" + port.filename().string()] =
          read_counters(port, ports);
  std::erase_if(devices, [](const auto& entry) { return entry.second.empty(); });
  return devices;
}

}  // namespace

std::map<std::string, Counters> read_device_counters(const fs::path& root) {
  return read_devices(root, ethernet, infiniband);
}

std::map<std::string, Counters> read_link_changes(const fs::path& root) {
  return read_devices(root, ethernet_links, infiniband_links);
}

Counters read_tcp_counters(const fs::path& root) {
  Counters counters = read_protocol(root / "proc/self/net/snmp", "Tcp:", basic_tcp);
  counters.merge(read_protocol(root / "proc/self/net/netstat", "TcpExt:", extended_tcp));
  return counters;
}

Counters growth(const Counters& before, const Counters& after) {
  Counters grown;
  for (const auto& [name, value] : after) {
    const auto old = before.find(name);
    if (old != before.end() && value >= old->second) grown[name] = value - old->second;
  }
  return grown;
}

}  // namespace assay::topology
