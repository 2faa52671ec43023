#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <map>
#include <set>

#include "core/error.hpp"
#include "topology/parts/link_rate.hpp"
#include "topology/parts/readers.hpp"

namespace assay::topology {

namespace {

/// What stands between the first two quotes from `from` on, and where it ends; empty: nothing.
std::string_view quoted(std::string_view line, std::size_t from, std::size_t& end) {
  const auto begin = line.find('"', from);
  if (begin == std::string_view::npos) return {};
  end = line.find('"', begin + 1);
  if (end == std::string_view::npos) return {};
  return line.substr(begin + 1, end - begin - 1);
}

/// The number in "[12]" at `at`; below 0: none.
int port_at(std::string_view line, std::size_t at) {
  if (at >= line.size() || line[at] != '[') return -1;
  int port = -1;
  const auto* begin = line.data() + at + 1;
  const auto [end, problem] = std::from_chars(begin, line.data() + line.size(), port);
  return problem == std::errc{} && end != line.data() + line.size() && *end == ']' ? port : -1;
}

std::string_view last_word(std::string_view line) {
  while (!line.empty() && (line.back() == ' ' || line.back() == '\t' || line.back() == '\r'))
    line.remove_suffix(1);
  return line.substr(std::min(line.size(), line.find_last_of(" \t") + 1));
}

class Reader {
 public:
  void read(std::string_view line, int number) {
    if (line.starts_with("Switch") || line.starts_with("Ca") || line.starts_with("Rt"))
      begin_node(line, number);
    else if (line.starts_with('['))
      read_port(line, number);
  }

  [[nodiscard]] Parts take() {
    for (const Found& link : links_) {
      const auto to = nodes_.find(link.to);
      if (to == nodes_.end())
        throw UsageError{
            fmt::format("line {}: leads to {}, which is nowhere described", link.line, link.to)};
      parts_.links.push_back(
          {link.from,
           to->second,
           "infiniband",
           fmt::format("{}, port {} to {}", link.rate, link.from_port, link.to_port),
           infiniband_bytes_per_s(link.rate),
           {}});
    }
    return std::move(parts_);
  }

 private:
  struct Found {
    int from;
    int from_port;
    std::string to;
    int to_port;
    std::string rate;
    int line;
  };

  /// Switch	36 "S-0002c9020040b770"		# "leaf 1" base port 0 lid 2 lmc 0
  void begin_node(std::string_view line, int number) {
    std::size_t end = 0;
    const std::string guid{quoted(line, 0, end)};
    if (guid.empty()) throw UsageError{fmt::format("line {}: no name in quotes", number)};
    std::size_t unused = end;
    const std::string_view description = quoted(line, end + 1, unused);
    node_ = parts_.add({line.starts_with("Switch") ? "switch" : "nic",
                        std::string{description.empty() ? guid : description}, guid, Part::top});
    guid_ = guid;
    if (!nodes_.emplace(guid, node_).second)
      throw UsageError{fmt::format("line {}: {} is described twice", number, guid)};
  }

  /// [1]	"H-0002c90300a1b2c0"[1](2c90300a1b2c1) 		# "node1 HCA-1" lid 4 4xQDR
  void read_port(std::string_view line, int number) {
    if (guid_.empty()) throw UsageError{fmt::format("line {}: a port of nothing", number)};
    std::size_t end = 0;
    const std::string peer{quoted(line, 0, end)};
    const int from_port = port_at(line, 0);
    const int to_port = port_at(line, end + 1);
    if (peer.empty() || from_port < 0 || to_port < 0)
      throw UsageError{fmt::format("line {}: no port and peer such as [1] \"H-...\"[1]", number)};
    // Every link is told at both ends.
    if (told_.contains({peer, to_port})) return;
    told_.insert({guid_, from_port});
    links_.push_back({node_, from_port, peer, to_port, std::string{last_word(line)}, number});
  }

  Parts parts_;
  std::map<std::string, int> nodes_;
  std::set<std::pair<std::string, int>> told_;
  std::vector<Found> links_;
  int node_ = Part::top;
  std::string guid_;
};

}  // namespace

bool is_ibnetdiscover(std::string_view text) {
  return text.find("switchguid=") != std::string_view::npos ||
         text.find("caguid=") != std::string_view::npos;
}

Parts read_ibnetdiscover(std::string_view text) {
  Reader reader;
  for (int number = 1; !text.empty(); ++number) {
    const auto end = std::min(text.find('\n'), text.size());
    reader.read(text.substr(0, end), number);
    text.remove_prefix(std::min(text.size(), end + 1));
  }
  return reader.take();
}

}  // namespace assay::topology
