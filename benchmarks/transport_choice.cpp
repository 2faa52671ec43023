#include "benchmarks/transport_choice.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "collectives/together.hpp"
#include "collectives/transport/faulty.hpp"
#include "collectives/transport/mixed.hpp"
#include "core/error.hpp"
#include "core/machine.hpp"

namespace assay::benchmarks {

using collectives::Bootstrap;
using collectives::find_built_transport;
using collectives::find_transport;
using collectives::Transport;
using collectives::TransportBackend;

namespace {

constexpr std::string_view automatic = "auto";

const TransportBackend& between_hosts(const Job& job) {
  return find_transport(job.why_no_ucx.empty() ? "ucx" : "mpi");
}

std::vector<int> hosts_of(const Job& job, const std::vector<int>& members) {
  std::vector<int> hosts;
  for (const int member : members) hosts.push_back(job.host_of[static_cast<std::size_t>(member)]);
  return hosts;
}

/// Why UCX cannot be used between the job's hosts; empty: it can. Collective.
std::string why_no_ucx(Job& job) {
  const TransportBackend* ucx = find_built_transport("ucx");
  if (ucx == nullptr) return "it is not in this build";
  std::string problem;
  try {
    ucx->check(job.transport_options, true);
  } catch (const UnavailableError& unavailable) {
    problem = unavailable.what();
  }
  return collectives::first_text(job.world, problem).value_or("");
}

}  // namespace

std::string TransportChoice::name() const {
  return is_mixed() ? fmt::format("{}+{}", within->name, between->name)
                    : std::string{between->name};
}

TransportChoice choose_transport(const Job& job, std::string_view name,
                                 const std::vector<int>& members) {
  const std::size_t hosts = job.hosts(members);
  if (name == automatic && is_simulated()) return {&find_transport("mpi"), &find_transport("mpi")};
  if (name == automatic) {
    const TransportBackend& memory = find_transport("shared_memory");
    if (hosts == 1) return {&memory, &memory};
    const TransportBackend& between = between_hosts(job);
    const bool some_share_a_host = members.size() > hosts;
    return {some_share_a_host ? &memory : &between, &between};
  }
  const TransportBackend& backend = find_transport(name);
  if (backend.within_host_only && hosts > 1)
    throw UsageError{
        fmt::format("transport {} works within one host, and the ranks are on {}; use --transport "
                    "auto",
                    name, hosts)};
  return {&backend, &backend};
}

std::unique_ptr<Transport> make_transport(const Job& job, const TransportChoice& choice,
                                          const std::vector<int>& members, Bootstrap& group) {
  const auto make = [&](const TransportBackend& backend) {
    return [&options = job.transport_options, make = backend.make](Bootstrap& ranks) {
      return make(ranks, options);
    };
  };
  auto sound = choice.is_mixed()
                   ? collectives::make_mixed_transport(group, hosts_of(job, members),
                                                       make(*choice.within), make(*choice.between))
                   : make(*choice.between)(group);
  return collectives::make_faulty_transport(std::move(sound),
                                            transport_faults(job.faults, job.rank()));
}

void prepare_transports(Job& job, std::string_view name,
                        const collectives::TransportOptions& options) {
  job.transport_options = options;
  job.transport_options.host = job.host.name;
  const bool is_wide = job.hosts(job.everyone()) > 1;
  const bool has_rails = !options.rails.empty();
  if (name == automatic && is_wide && !has_rails) {
    job.why_no_ucx = why_no_ucx(job);
    return;
  }
  const TransportChoice choice = choose_transport(job, name, job.everyone());
  if (has_rails && !choice.between->has_rails)
    throw UsageError{fmt::format("--rails is for transport ucx, and the ranks meet by {}",
                                 choice.between->name)};
  if (choice.between->check != nullptr)
    collectives::together(job.world,
                          [&] { choice.between->check(job.transport_options, is_wide); });
}

}  // namespace assay::benchmarks
