#include "benchmarks/faults.hpp"

#include <fmt/format.h>

#include <limits>
#include <map>
#include <optional>

#include "core/error.hpp"
#include "core/parse.hpp"

namespace assay::benchmarks {

using collectives::TransportFault;

namespace {

constexpr std::string_view usage =
    "write KIND:rank=R[,by=50%|100us][,every=N]; kinds: slow-send (by=SHARE), delay-send "
    "(by=TIME), drop, corrupt (every=N), slow-matmul (by=SHARE), corrupt-matmul, flip-matmul "
    "(every=N)";

[[noreturn]] void refuse(std::string_view text) {
  throw UsageError{fmt::format("'{}' is no fault; {}", text, usage)};
}

/// The key=value pairs behind the kind.
class Settings {
 public:
  Settings(std::string_view whole, std::string_view list) : whole_{whole} {
    while (!list.empty()) {
      const auto comma = list.find(',');
      const auto pair = list.substr(0, comma);
      const auto equals = pair.find('=');
      if (equals == std::string_view::npos) refuse(whole);
      values_.emplace(pair.substr(0, equals), pair.substr(equals + 1));
      list = comma == std::string_view::npos ? "" : list.substr(comma + 1);
    }
  }
  std::optional<std::string_view> take(std::string_view key) {
    const auto found = values_.find(key);
    if (found == values_.end()) return std::nullopt;
    const auto value = found->second;
    values_.erase(found);
    return value;
  }
  std::string_view need(std::string_view key) {
    if (const auto value = take(key)) return *value;
    refuse(whole_);
  }
  void expect_no_more() const {
    if (!values_.empty()) refuse(whole_);
  }

 private:
  std::string_view whole_;
  std::map<std::string_view, std::string_view> values_;
};

}  // namespace

Fault parse_fault(std::string_view text) {
  constexpr int any = std::numeric_limits<int>::max();
  const auto colon = text.find(':');
  if (colon == std::string_view::npos) refuse(text);
  const auto kind = text.substr(0, colon);
  Settings settings{text, text.substr(colon + 1)};

  Fault fault;
  fault.text = text;
  fault.rank = parse_integer(settings.need("rank"), 0, any, "rank of a fault");
  if (kind == "slow-send") {
    fault.transport.kind = TransportFault::Kind::slow;
    fault.transport.share = parse_share(settings.need("by"));
  } else if (kind == "delay-send") {
    fault.transport.kind = TransportFault::Kind::delay;
    fault.transport.delay = parse_span(settings.need("by"));
  } else if (kind == "drop" || kind == "corrupt") {
    fault.transport.kind =
        kind == "drop" ? TransportFault::Kind::drop : TransportFault::Kind::corrupt;
    fault.transport.every = parse_integer(settings.take("every").value_or("1"), 1, any, "every");
  } else if (kind == "slow-matmul") {
    fault.in_matmul = true;
    fault.matmul_share = parse_share(settings.need("by"));
  } else if (kind == "corrupt-matmul") {
    fault.in_matmul = true;
    fault.in_matmul_data = true;
  } else if (kind == "flip-matmul") {
    fault.in_matmul = true;
    fault.flip_every = parse_integer(settings.take("every").value_or("1"), 1, any, "every");
  } else {
    refuse(text);
  }
  settings.expect_no_more();
  return fault;
}

std::vector<TransportFault> transport_faults(const std::vector<Fault>& faults, int rank) {
  std::vector<TransportFault> found;
  for (const Fault& fault : faults)
    if (fault.rank == rank && !fault.in_matmul) found.push_back(fault.transport);
  return found;
}

double matmul_slowdown(const std::vector<Fault>& faults, int rank) {
  for (const Fault& fault : faults)
    if (fault.rank == rank && fault.matmul_share > 0) return fault.matmul_share;
  return 0;
}

bool corrupts_matmul(const std::vector<Fault>& faults, int rank) {
  for (const Fault& fault : faults)
    if (fault.rank == rank && fault.in_matmul_data) return true;
  return false;
}

int matmul_flip_every(const std::vector<Fault>& faults, int rank) {
  for (const Fault& fault : faults)
    if (fault.rank == rank && fault.flip_every > 0) return fault.flip_every;
  return 0;
}

}  // namespace assay::benchmarks
