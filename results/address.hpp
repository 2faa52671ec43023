#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace assay::results {

/// An address at the beginning of a text.
struct Address {
  std::size_t length = 0;  ///< characters it takes; 0: there is none
  std::string binary;      ///< equal for two spellings of one address
};

/// The longest IPv4, IPv6 or six-byte hardware address that `text` begins with and that no letter
/// or digit follows.
[[nodiscard]] Address leading_address(std::string_view text);

}  // namespace assay::results
