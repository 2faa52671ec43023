#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace assay::supervision {

/// Where rank 0's supervisor listens, as text: "10.0.0.5,127.0.0.1:40123 <token>".
struct HealthAddress {
  std::vector<std::string> hosts;  ///< IPv4 addresses of one machine, to be tried in this order
  std::uint16_t port = 0;
  std::string token;  ///< 128 random bits in hexadecimal: who knows it belongs to the job

  friend bool operator==(const HealthAddress&, const HealthAddress&) = default;
};

[[nodiscard]] std::string to_text(const HealthAddress& address);
/// Returns  nothing where `text` is no such address.
[[nodiscard]] std::optional<HealthAddress> parse_health_address(std::string_view text);

/// This machine's addresses of interfaces that are up; loopback last.
[[nodiscard]] std::vector<std::string> own_addresses();
/// Throws  Error if the kernel has no random numbers.
[[nodiscard]] std::string random_token();

}  // namespace assay::supervision
