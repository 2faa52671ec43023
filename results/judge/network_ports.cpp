#include "results/judge/network_ports.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "results/judge/part.hpp"
#include "results/judge/ports_used.hpp"
#include "results/judge/profile_check.hpp"
#include "results/judge/subjects.hpp"
#include "results/quantity.hpp"

namespace assay::results {

namespace {

constexpr const char* unit = "bytes_per_s";
/// Clocks and what is buffered may show a little more than a port carries.
constexpr double above_a_port = 0.05;

/// What a node's links reach at best, each way.
struct Best {
  float sends = RateMatrix::missing;
  float receives = RateMatrix::missing;

  [[nodiscard]] bool is_less_to_send() const { return std::isnan(receives) || sends <= receives; }
  [[nodiscard]] double rate() const { return is_less_to_send() ? sends : receives; }
  [[nodiscard]] const char* verb() const { return is_less_to_send() ? "sends" : "receives"; }
  [[nodiscard]] double most() const { return std::fmax(sends, receives); }
};

/// By node, then by rail.
std::vector<std::vector<Best>> best_of(const LinkTable& table) {
  std::vector<std::vector<Best>> best(table.nodes.size(), std::vector<Best>(table.rails.size()));
  const auto at = [&](int node, int rail) -> Best& {
    return best[static_cast<std::size_t>(node)][static_cast<std::size_t>(rail)];
  };
  for (const auto& [link, record] : table.first) {
    const float rate = table.measured.first.at(link);
    at(link.from, link.rail).sends = std::fmax(at(link.from, link.rail).sends, rate);
    at(link.to, link.rail).receives = std::fmax(at(link.to, link.rail).receives, rate);
  }
  return best;
}

struct JudgedPort {
  Check check;
  Finding finding;
};

/// A profile's floor is a share of the ports' rate, and goes before the share that all are held to.
void ask_profile(const Profile* profile, const std::string& transport, JudgedPort& port) {
  const double ceiling = port.check.expected->value;
  Check share = port.check;
  share.measured->value /= ceiling;
  share.expected.reset();
  share.reason.clear();
  apply_profile(profile, {"network/port/" + transport, "network/port"}, share, port.finding);
  if (!share.expected) return;
  port.check.status = share.status;
  port.check.reason = share.reason;
  port.check.expected = Expected{share.expected->value * ceiling, share.expected->source};
}

void hold_against(const PortsUsed& ports, const Best& best, double noted_below, Check& check) {
  const double ceiling = *ports.bytes_per_s;
  check.measured = Measured{best.rate(), unit, std::nullopt};
  check.expected = Expected{ceiling, "arithmetic: " + ports.rate};
  check.status = Status::pass;
  if (best.most() > ceiling * (1 + above_a_port)) {
    check.status = Status::inconclusive;
    check.measured->value = best.most();
    check.reason = fmt::format(
        "more than {} carries by arithmetic ({}): either that is not its rate, or the measurement "
        "is not to be trusted",
        ports.names, ports.rate);
  } else if (const double share = best.rate() / ceiling; share < noted_below) {
    check.reason = fmt::format("{} at best {} of what {} carries by arithmetic; below {} is noted",
                               best.verb(), percent(share), ports.names, percent(noted_below));
  }
}

/// A node that is suspected already, or this rail of it, gets the evidence.
void accuse(const std::string& node, const std::string& rail, const Best& best,
            const JudgedPort& port, std::vector<Suspect>& suspects) {
  std::string evidence = fmt::format(
      "network/port: {} {} at best, {} {}", best.verb(), quantity(port.check.measured->value, unit),
      port.check.expected->source, quantity(port.check.expected->value, unit));
  const auto known = std::ranges::find_if(suspects, [&](const Suspect& suspect) {
    return suspect.name == node &&
           (suspect.kind == "node" || (suspect.kind == "nic" && suspect.rail.value_or("") == rail));
  });
  if (known != suspects.end()) {
    known->evidence.push_back(std::move(evidence));
    return;
  }
  Suspect suspect = suspect_host(
      node, std::move(evidence),
      fmt::format("check port, cable and slot of {}, and what it sends by (transport, binding)",
                  node));
  if (!rail.empty()) {
    suspect.kind = "nic";
    suspect.rail = rail;
  }
  suspect.direction = best.is_less_to_send() ? "send" : "receive";
  suspect.deficit = port.finding.deficit;
  suspect.confidence = port.finding.confidence;
  suspects.push_back(std::move(suspect));
}

}  // namespace

void judge_network_ports(const Run& run, const Profile* profile, const JudgeOptions& options,
                         Verdict& verdict) {
  const auto table = link_table(run, LinkView::apart);
  if (!table) return;
  const HostPorts host_ports{run};
  const auto best = best_of(*table);
  const std::string transport = table->first.begin()->second->transport.value_or("");
  for (std::size_t node = 0; node < table->nodes.size(); ++node)
    for (std::size_t rail = 0; rail < table->rails.size(); ++rail) {
      const Best& reached = best[node][rail];
      if (std::isnan(reached.most())) continue;
      const std::string& host = table->nodes[node];
      const std::string name = table->has_rails() ? table->rails[rail] : "";
      const PortsUsed ports = host_ports.used(host, name);
      JudgedPort port;
      port.check.name = "network/port";
      port.check.of = PartKind::host;
      port.check.subject = host;
      if (!ports.names.empty()) port.check.subject += " " + ports.names;
      if (!name.empty() && name != ports.names) port.check.subject += " rail " + name;
      if (ports.bytes_per_s) {
        hold_against(ports, reached, options.port_share, port.check);
        if (port.check.status == Status::pass) ask_profile(profile, transport, port);
      } else {
        port.check.status = Status::skipped;
        port.check.reason = ports.not_known;
      }
      if (port.check.status == Status::fail) accuse(host, name, reached, port, verdict.suspects);
      verdict.checks.push_back(std::move(port.check));
    }
}

}  // namespace assay::results
