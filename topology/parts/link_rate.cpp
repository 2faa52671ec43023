#include "topology/parts/link_rate.hpp"

#include <array>
#include <charconv>
#include <cmath>

namespace assay::topology {

namespace {

constexpr double mega = 1e6;
constexpr double giga = 1e9;
constexpr double bits_per_byte = 8;

/// Data rate of one lane, in Gb/s: the signalling rate less its encoding.
struct Speed {
  std::string_view name;
  double gigabits;
};
constexpr std::array speeds{Speed{"SDR", 2},    Speed{"DDR", 4},     Speed{"QDR", 8},
                            Speed{"FDR10", 10}, Speed{"FDR", 13.64}, Speed{"EDR", 25},
                            Speed{"HDR", 50},   Speed{"NDR", 100},   Speed{"XDR", 200}};

/// One way, of one link: NVIDIA's data sheets tell twice that, for both ways together.
struct Nvlink {
  int capability;  ///< from this one on
  double gigabytes;
};
constexpr std::array nvlinks{Nvlink{100, 50}, Nvlink{70, 25}, Nvlink{60, 20}};

/// A number at the beginning of `text`, which is cut off it.
template <class Number>
std::optional<Number> take_number(std::string_view& text) {
  Number value{};
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (problem != std::errc{}) return std::nullopt;
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  return value;
}

}  // namespace

double pcie_bytes_per_s(double gigatransfers, int lanes) {
  constexpr double last_of_8b10b = 5;
  constexpr double last_of_128b130b = 32;
  const double payload = gigatransfers <= last_of_8b10b      ? 8.0 / 10
                         : gigatransfers <= last_of_128b130b ? 128.0 / 130
                                                             : 242.0 / 256;
  return gigatransfers * giga * payload / bits_per_byte * lanes;
}

std::optional<double> gigatransfers_in(std::string_view text) {
  const auto value = take_number<double>(text);
  if (!value || !std::isfinite(*value) || *value <= 0 || !text.starts_with(" GT/s"))
    return std::nullopt;
  return value;
}

std::optional<double> infiniband_bytes_per_s(std::string_view text) {
  constexpr int widest = 12;
  const auto lanes = take_number<int>(text);
  if (!lanes || *lanes < 1 || *lanes > widest || text.empty() || (text[0] != 'x' && text[0] != 'X'))
    return std::nullopt;
  text.remove_prefix(1);
  while (text.starts_with(' ')) text.remove_prefix(1);
  for (const Speed& speed : speeds)
    if (text == speed.name) return *lanes * speed.gigabits * giga / bits_per_byte;
  return std::nullopt;
}

std::optional<double> port_bytes_per_s(std::string_view rate, bool is_ethernet) {
  constexpr std::string_view unit = " Gb/sec";
  const auto gigabits = take_number<double>(rate);
  if (!gigabits || !std::isfinite(*gigabits) || *gigabits <= 0 || !rate.starts_with(unit))
    return std::nullopt;
  const auto open = rate.find('(');
  if (const auto close = rate.find(')'); !is_ethernet && close != std::string_view::npos)
    if (const auto known = infiniband_bytes_per_s(rate.substr(open + 1, close - open - 1)))
      return known;
  return *gigabits * giga / bits_per_byte;
}

double ethernet_bytes_per_s(double megabits) { return megabits * mega / bits_per_byte; }

std::optional<double> nvlink_bytes_per_s(int capability, int links) {
  for (const Nvlink& nvlink : nvlinks)
    if (capability >= nvlink.capability) return links * nvlink.gigabytes * giga;
  return std::nullopt;
}

}  // namespace assay::topology
