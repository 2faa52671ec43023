#include "results/address.hpp"

#include <arpa/inet.h>

#include <algorithm>
#include <array>

namespace assay::results {

namespace {

bool is_hexadecimal(char letter) {
  return (letter >= '0' && letter <= '9') || (letter >= 'a' && letter <= 'f') ||
         (letter >= 'A' && letter <= 'F');
}

bool is_letter_or_digit(char letter) {
  return (letter >= '0' && letter <= '9') || (letter >= 'a' && letter <= 'z') ||
         (letter >= 'A' && letter <= 'Z');
}

/// Six pairs of hexadecimal digits with colons between; empty if it is something else.
std::string hardware_address(std::string_view text) {
  constexpr std::string_view shape = "hh:hh:hh:hh:hh:hh";
  if (text.size() != shape.size()) return {};
  std::string digits;
  for (std::size_t i = 0; i < shape.size(); ++i) {
    if (shape[i] == ':' ? text[i] != ':' : !is_hexadecimal(text[i])) return {};
    if (shape[i] != ':') digits += static_cast<char>(text[i] | ' ');  // letters in lower case
  }
  return digits;
}

std::string binary_address(const std::string& text) {
  std::array<char, sizeof(in6_addr)> bytes{};
  if (inet_pton(AF_INET, text.c_str(), bytes.data()) == 1) return {bytes.data(), sizeof(in_addr)};
  // "::" is an address too, and a part of many names in C++.
  const bool has_digits = std::any_of(text.begin(), text.end(), is_hexadecimal);
  if (has_digits && inet_pton(AF_INET6, text.c_str(), bytes.data()) == 1) {
    return {bytes.data(), sizeof(in6_addr)};
  }
  return hardware_address(text);
}

}  // namespace

Address leading_address(std::string_view text) {
  const auto end = std::find_if(text.begin(), text.end(), [](char letter) {
    return !is_hexadecimal(letter) && letter != ':' && letter != '.';
  });
  const auto run = static_cast<std::size_t>(end - text.begin());
  constexpr std::size_t longest = INET6_ADDRSTRLEN;
  constexpr std::size_t shortest = 3;  // "::1"
  // A port or a full stop may follow: the longest beginning that is an address counts.
  for (std::size_t length = std::min(run, longest); length >= shortest; --length) {
    if (length < text.size() && is_letter_or_digit(text[length])) continue;
    auto binary = binary_address(std::string{text.substr(0, length)});
    if (!binary.empty()) return {length, std::move(binary)};
  }
  return {};
}

}  // namespace assay::results
