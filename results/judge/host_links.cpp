#include "results/judge/host_links.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>
#include <set>

#include "results/judge/subjects.hpp"
#include "results/quantity.hpp"

namespace assay::results {

namespace {

/// Rates are the kernel's own figures: equal links have equal ones, but for rounding.
constexpr double rounding = 1e-6;

std::string fact(const Record& link, const std::string& name) {
  const auto found = link.report.facts.find(name);
  return found == link.report.facts.end() ? "" : found->second;
}

std::optional<double> rate_of(const Record& link, const std::string& name) {
  const auto found = link.report.readings.find(name);
  if (found == link.report.readings.end()) return std::nullopt;
  return found->second;
}

bool is_port(const Record& link) { return fact(link, "kind") == "port"; }
/// As the kernel has it: "4: ACTIVE, 5: LinkUp", of Ethernet "up"; some drivers do not know.
bool is_up(const Record& link) {
  const std::string state = fact(link, "state");
  return state.find("ACTIVE") != std::string::npos || state == "up" || state == "unknown";
}
bool is_less(double rate, double other) { return rate < other * (1 - rounding); }

/// What is compared between hosts: ports by their name, cards by what they are.
std::string model_of(const Record& link) {
  return is_port(link) ? *link.device : fact(link, "kind") + " " + fact(link, "id");
}

/// What more than half say; none: they do not agree, and who is right is not known.
template <class Value>
std::optional<Value> majority(const std::map<Value, int>& votes) {
  int all = 0;
  for (const auto& [value, count] : votes) all += count;
  const auto most =
      std::ranges::find_if(votes, [&](const auto& vote) { return 2 * vote.second > all; });
  return most == votes.end() ? std::nullopt : std::optional{most->first};
}

/// What the hosts of a run have.
class Hosts {
 public:
  explicit Hosts(const Run& run) {
    for (const Record& record : run.records) {
      if (record.benchmark != "host_link" || !record.host || !record.device) continue;
      links_.push_back(&record);
      names_.insert(*record.host);
      ++cards_[model_of(record)][*record.host];
      if (const auto rate = rate_of(record, "bytes_per_s");
          rate && (!is_port(record) || is_up(record)))
        ++rates_[model_of(record)][*rate];
      if (is_port(record)) ++up_[model_of(record)][is_up(record)];
    }
  }
  [[nodiscard]] const std::vector<const Record*>& links() const { return links_; }
  [[nodiscard]] const std::set<std::string>& names() const { return names_; }
  [[nodiscard]] std::optional<double> usual_rate(const Record& link) const {
    return majority(rates_.at(model_of(link)));
  }
  [[nodiscard]] bool is_usually_up(const Record& port) const {
    return majority(up_.at(model_of(port))).value_or(false);
  }
  /// "1 of nic 0x15b3 0x1021, most hosts have 2"; empty: nothing is missing.
  [[nodiscard]] std::string missing_on(const std::string& host) const {
    std::string text;
    for (const auto& [model, counts] : cards_) {
      std::map<int, int> votes;
      for (const std::string& name : names_) ++votes[count_of(counts, name)];
      const int own = count_of(counts, host);
      const auto usual = majority(votes);
      if (usual && own < *usual)
        text += fmt::format("{}{} of {}, most hosts have {}", text.empty() ? "" : "; ", own, model,
                            *usual);
    }
    return text;
  }

 private:
  static int count_of(const std::map<std::string, int>& counts, const std::string& host) {
    const auto found = counts.find(host);
    return found == counts.end() ? 0 : found->second;
  }

  std::vector<const Record*> links_;
  std::set<std::string> names_;
  std::map<std::string, std::map<std::string, int>> cards_;  ///< by model, then by host
  std::map<std::string, std::map<double, int>> rates_;       ///< votes, by model
  std::map<std::string, std::map<bool, int>> up_;            ///< votes, by port
};

void accuse(const std::string& host, const std::string& evidence, double deficit,
            const std::string& action, Verdict& verdict) {
  const auto known = std::ranges::find_if(verdict.suspects, [&](const Suspect& suspect) {
    return (suspect.kind == "node" || suspect.kind == "nic") && suspect.host == host &&
           suspect.layer == "hardware";
  });
  if (known != verdict.suspects.end()) {
    known->evidence.push_back(evidence);
    return;
  }
  Suspect suspect = suspect_host(host, evidence, action);
  suspect.deficit = deficit;
  verdict.suspects.push_back(std::move(suspect));
}

/// What is wrong with a link, and by how much; a share of 0 is nothing.
struct Fault {
  std::string reason;
  double deficit = 0;
};

Fault fault_of(const Hosts& hosts, const Record& link, Check& check) {
  const auto rate = rate_of(link, "bytes_per_s");
  if (is_port(link) && !is_up(link)) {
    const std::string down = "is down (" + fact(link, "state") + ")";
    if (hosts.is_usually_up(link)) return {down + ", of most hosts it is up", 1.0};
    check.status = Status::skipped;
    check.reason = down + ", as most hosts' is";
    return {};
  }
  if (!rate) return {};
  check.measured = Measured{*rate, "bytes_per_s", std::nullopt};
  if (const auto allowed = rate_of(link, "both_ends_allow_bytes_per_s");
      allowed && is_less(*rate, *allowed)) {
    check.expected = Expected{*allowed, "arithmetic: both ends"};
    return {"runs at " + fact(link, "link"), 1 - *rate / *allowed};
  }
  const auto usual = hosts.usual_rate(link);
  if (!usual) return {};
  check.expected = Expected{*usual, "peers"};
  if (is_less(*rate, *usual))
    return {fmt::format("runs at {}, most hosts' at {}", fact(link, "link"),
                        quantity(*usual, "bytes_per_s")),
            1 - *rate / *usual};
  return {};
}

void judge_link(const Hosts& hosts, const Record& link, Verdict& verdict) {
  Check check;
  check.name = "host/link";
  check.of = PartKind::host;
  check.subject = *link.host + " " + *link.device;
  check.status = Status::pass;
  const Fault fault = fault_of(hosts, link, check);
  if (fault.deficit > 0) {
    check.reason = fault.reason;
    const bool carries_network = is_port(link) || fact(link, "kind") == "nic";
    // Others save power by a slower link, or need no faster one.
    if (carries_network) {
      check.status = Status::fail;
      accuse(*link.host, fmt::format("{} {} {}", fact(link, "kind"), *link.device, fault.reason),
             fault.deficit,
             fmt::format("look at the cable, the slot and the settings of {} on {}", *link.device,
                         *link.host),
             verdict);
    }
  }
  verdict.checks.push_back(std::move(check));
}

void judge_cards(const Hosts& hosts, const std::string& host, Verdict& verdict) {
  Check check;
  check.name = "host/cards";
  check.of = PartKind::host;
  check.subject = host;
  check.status = Status::pass;
  const std::string missing = hosts.missing_on(host);
  if (hosts.names().size() < 2) {
    check.status = Status::skipped;
    check.reason = "the only host: there are no peers";
  } else if (!missing.empty()) {
    check.status = Status::fail;
    check.reason = missing;
    accuse(host, "host/cards: " + missing, 0,
           fmt::format("look for the missing cards of {} in lspci and dmesg", host), verdict);
  }
  verdict.checks.push_back(std::move(check));
}

}  // namespace

void judge_host_links(const Run& run, Verdict& verdict) {
  const Hosts hosts{run};
  for (const Record* link : hosts.links()) judge_link(hosts, *link, verdict);
  for (const std::string& host : hosts.names()) judge_cards(hosts, host, verdict);
}

}  // namespace assay::results
