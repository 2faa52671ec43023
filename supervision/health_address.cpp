#include "supervision/health_address.hpp"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <sys/random.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <memory>

#include "core/error.hpp"

namespace assay::supervision {

namespace {

/// As many as fit into Heartbeat::health_address beside port and token, at 16 characters each.
constexpr std::size_t addresses_at_most = 12;
constexpr std::string_view loopback = "127.0.0.1";

std::string host_list(const std::vector<std::string>& hosts) {
  std::string text;
  for (const auto& host : hosts) text += (text.empty() ? "" : ",") + host;
  return text;
}

}  // namespace

std::string to_text(const HealthAddress& address) {
  return fmt::format("{}:{} {}", host_list(address.hosts), address.port, address.token);
}

std::optional<HealthAddress> parse_health_address(std::string_view text) {
  const auto colon = text.find(':');
  const auto space = text.find(' ');
  if (colon == std::string_view::npos || space == std::string_view::npos || space < colon)
    return std::nullopt;
  HealthAddress address;
  address.token = text.substr(space + 1);
  const char* port_end = text.data() + space;
  const auto [rest, problem] = std::from_chars(text.data() + colon + 1, port_end, address.port);
  if (problem != std::errc{} || rest != port_end || address.token.empty()) return std::nullopt;
  for (std::string_view hosts = text.substr(0, colon); !hosts.empty();) {
    const auto end = std::min(hosts.find(','), hosts.size());
    address.hosts.emplace_back(hosts.substr(0, end));
    hosts.remove_prefix(std::min(end + 1, hosts.size()));
  }
  if (address.hosts.empty()) return std::nullopt;
  return address;
}

std::vector<std::string> own_addresses() {
  ifaddrs* first = nullptr;
  std::vector<std::string> hosts;
  if (::getifaddrs(&first) == 0) {
    const std::unique_ptr<ifaddrs, void (*)(ifaddrs*)> owner{first, ::freeifaddrs};
    for (const ifaddrs* entry = first; entry != nullptr; entry = entry->ifa_next) {
      const bool is_up = (entry->ifa_flags & IFF_UP) != 0;
      const bool is_loopback = (entry->ifa_flags & IFF_LOOPBACK) != 0;
      if (entry->ifa_addr == nullptr || entry->ifa_addr->sa_family != AF_INET) continue;
      if (!is_up || is_loopback || hosts.size() + 1 == addresses_at_most) continue;
      std::array<char, INET_ADDRSTRLEN> text{};
      const auto* address = reinterpret_cast<const sockaddr_in*>(entry->ifa_addr);
      ::inet_ntop(AF_INET, &address->sin_addr, text.data(), text.size());
      hosts.emplace_back(text.data());
    }
  }
  hosts.emplace_back(loopback);
  return hosts;
}

std::string random_token() {
  std::array<unsigned char, 16> bytes{};
  if (::getrandom(bytes.data(), bytes.size(), 0) != static_cast<ssize_t>(bytes.size()))
    throw_system_error("getrandom");
  std::string text;
  for (const unsigned char byte : bytes) text += fmt::format("{:02x}", byte);
  return text;
}

}  // namespace assay::supervision
